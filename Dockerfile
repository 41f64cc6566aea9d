# The bot in an image: docker build -t reelbell . (or buildah bud, podman build).
# BASE is anything with Python 3.11 or newer, venv and CA certificates; name it by digest to build the same again.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# Two environments: the one that travels on has neither pip nor the build tools.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/reelbell
COPY requirements.lock requirements-build.lock ./
RUN /opt/build/bin/pip --python /opt/reelbell/bin/python install \
      --require-hashes --only-binary :all: -r requirements.lock \
 && /opt/build/bin/pip install --require-hashes --only-binary :all: -r requirements-build.lock
COPY . .
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation -w /dist . \
 && /opt/build/bin/pip --python /opt/reelbell/bin/python install --no-deps --no-index /dist/*.whl

FROM ${BASE}
LABEL org.opencontainers.image.title="Reelbell" \
      org.opencontainers.image.description="A Telegram bot that watches Jimmy AI video tasks and brings the video into the chat" \
      org.opencontainers.image.licenses="MIT"
RUN groupadd --system --gid 10001 reelbell \
 && useradd --system --uid 10001 --gid 10001 --home-dir /data --shell /usr/sbin/nologin reelbell \
 && install -d -o 10001 -g 10001 -m 700 /data
COPY --from=build /opt/reelbell /opt/reelbell
ENV PATH=/opt/reelbell/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/reelbell.db
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["reelbell"]
CMD ["run"]
