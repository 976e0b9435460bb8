"""Runner files for TFX's own command line, `tfx pipeline create --pipeline_path=...`.

They are apart from the rest of `pipeline` because that command line puts a runner file's folder
first on the path, where `pipeline/pipeline.py` would hide the package.
"""
