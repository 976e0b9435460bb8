# The image in which everything of a Vertex AI run happens: a task, the Trainer, a Dataflow worker.
#
#   ACCELERATOR  tensorflow is            for vertex.accelerator
#   gpu          locked, CUDA libraries   gpu, cpu  (the default)
#   cpu          locked                   cpu: 2 GB less
#   tpu          built for TPUs, libtpu   tpu-v3-8, tpu-v5e-4
#
# The tag says what is inside, so that an edit is another image, and Vertex's cache knows:
#
#   tag=tpu-$(python -m pipeline.vertex.image_tag)
#   docker build --build-arg ACCELERATOR=tpu --build-arg LIBTPU_INDEX=... \
#       --tag REGION-docker.pkg.dev/PROJECT/REPOSITORY/newscat:$tag .
#
# .ci/cloudbuild.yaml does the same without a Docker of one's own.
#
# Base images are pinned by tag; for a build that repeats to the byte add the digests that your
# registry shows, as in python:3.10.19-bookworm@sha256:...

# The compiler in this image is for crcmod and pyfarmhash, which have no wheels.
FROM python:3.10.19-bookworm AS environment
ENV VIRTUAL_ENV=/opt/newscat \
    PACKAGES=/opt/newscat/lib/python3.10/site-packages \
    PATH=/opt/newscat/bin:$PATH
WORKDIR /build
COPY .ci/uv.lock .ci/uv.lock
RUN python -m venv $VIRTUAL_ENV \
    && python -m venv /build/tools \
    && /build/tools/bin/pip install --no-cache-dir --require-hashes -r .ci/uv.lock
COPY requirements.lock ./
RUN --mount=type=cache,target=/var/cache/uv \
    /build/tools/bin/uv pip install --cache-dir /var/cache/uv --require-hashes --compile-bytecode \
        -r requirements.lock
COPY .ci/image .ci/image
ARG ACCELERATOR=gpu
# Where the libtpu of this tensorflow-tpu is, a page or a folder; PyPI has only later ones, and its
# page on tensorflow-tpu names the address.
ARG LIBTPU_INDEX
# CUDA's libraries and ptxas are linked to where TensorFlow looks for them, as its "Install
# TensorFlow with pip" says. tensorflow-tpu goes over tensorflow, whose metadata stay: transformers
# finds TensorFlow by them. libtpu has no hash, for its index has none.
RUN --mount=type=cache,target=/var/cache/uv \
    install() { /build/tools/bin/uv pip install --cache-dir /var/cache/uv --no-deps \
        --compile-bytecode "$@"; }; \
    case "$ACCELERATOR" in \
        cpu) ;; \
        gpu) install --require-hashes -r .ci/image/gpu.lock \
            && ln -s -t $PACKAGES/tensorflow $PACKAGES/nvidia/*/lib/*.so* \
            && ln -s -t $VIRTUAL_ENV/bin $PACKAGES/nvidia/cuda_nvcc/bin/ptxas ;; \
        tpu) install --require-hashes -r .ci/image/tpu.lock \
            && install --find-links "${LIBTPU_INDEX:?is not set}" libtpu==2.16.0rc0 ;; \
        *) echo "ACCELERATOR is cpu, gpu or tpu, not $ACCELERATOR" >&2; exit 1 ;; \
    esac

FROM environment AS distribution
COPY setup.py pyproject.toml trainer_module.py ./
COPY schema schema
COPY components components
COPY pipeline pipeline
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /build/wheels .

FROM python:3.10.19-slim-bookworm
RUN useradd --create-home --uid 1000 newscat
# What Dataflow starts in a worker; of the locked apache-beam's version.
COPY --from=apache/beam_python3.10_sdk:2.66.0 /opt/apache/beam /opt/apache/beam
COPY --from=environment /opt/newscat /opt/newscat
ENV PATH=/opt/newscat/bin:$PATH
RUN --mount=type=bind,from=distribution,source=/build/wheels,target=/build/wheels \
    pip install --no-cache-dir --no-deps --no-index /build/wheels/*.whl
# Keras 2 before the first import of TensorFlow; Beam's workers in this environment rather than in a
# new one that would have nothing in it.
ENV TF_USE_LEGACY_KERAS=1 \
    TF_CPP_MIN_LOG_LEVEL=2 \
    RUN_PYTHON_SDK_IN_DEFAULT_ENVIRONMENT=1 \
    PYTHONUNBUFFERED=1
# Not root. Dataflow's workers mount folders that only root may write to: for vertex.runner=dataflow
# build with RUN_AS=0.
ARG RUN_AS=1000
USER $RUN_AS
WORKDIR /home/newscat
# Dataflow's contract. Vertex runs TFX's commands (`python -m tfx...`) in place of it; on your own
# machine: docker run --rm --entrypoint newscat IMAGE --help
ENTRYPOINT ["/opt/apache/beam/boot"]
