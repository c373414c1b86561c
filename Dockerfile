# The image of the crawler, the scheduler and the one-shots of docker-compose.yml. Python, Debian and its Chromium are those of the tests.
FROM python:3.11.7-slim-bookworm AS build
RUN python -m venv /opt/churnwatch
WORKDIR /build
COPY requirements/image.lock requirements/image.lock
# Only what the lock names and hashes; the build back end is in it too, so that nothing is fetched beside it.
RUN /opt/churnwatch/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/image.lock
COPY pyproject.toml README.md LICENSE CHANGELOG.md ./
COPY crawlers crawlers
COPY nlp nlp
COPY indexer indexer
COPY churnwatch churnwatch
COPY lexicons lexicons
RUN /opt/churnwatch/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && /opt/churnwatch/bin/python -m compileall -q /opt/churnwatch/lib

FROM python:3.11.7-slim-bookworm
# Debian keeps only the newest Chromium of a release, so that no version can be named here; each visit's evidence names the one it used.
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei openssl tini \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 1000 churnwatch \
    && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin churnwatch \
    && install -d -o 1000 -g 1000 /authority /server /trust /keys /kibana /redis /snapshots \
         /srv/churnwatch /srv/churnwatch/evidence /srv/churnwatch/state /srv/churnwatch/spool
COPY --from=build /opt/churnwatch /opt/churnwatch
COPY scripts/compose/certificates scripts/compose/setup /opt/churnwatch/bin/
ENV PATH=/opt/churnwatch/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 1000:1000
WORKDIR /srv/churnwatch
# Of a scheduler: it marks each minute that its loop still turns. The one-shots of docker-compose.yml switch this off.
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --retries=3 \
    CMD test -n "$(find state/schedule.alive -mmin -5)"
ENTRYPOINT ["tini", "--", "churnwatch"]
CMD ["schedule"]
