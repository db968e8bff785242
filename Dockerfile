# syntax=docker/dockerfile:1
# Written without a container engine at hand: reviewed, not tested (docs/guide/configuration.md).

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY . .
# Everything the build needs, then the web app, then only what the server needs at run time.
RUN --mount=type=cache,target=/root/.npm npm ci --include=dev --include=optional --no-audit --no-fund
RUN cd apps/web && node ../../node_modules/vite/bin/vite.js build
RUN --mount=type=cache,target=/root/.npm npm prune --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    NAVETTE_HOST=0.0.0.0 \
    NAVETTE_DATA_DIR=/data
WORKDIR /app
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 4600
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.NAVETTE_PORT ?? 4600}/api/v1/health/live`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--expose-gc", "--max-semi-space-size=32", "--v8-pool-size=1", "apps/server/src/main.ts"]
