# Builds server and console.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY contract/package.json contract/
COPY server/package.json server/
COPY console/package.json console/
RUN npm ci --no-audit --no-fund
COPY tsconfig.base.json ./
COPY scripts/build.mjs scripts/
COPY contract contract
COPY server server
COPY console console
RUN node scripts/build.mjs

# What the server needs to run, and nothing of the compilers.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY contract/package.json contract/
COPY server/package.json server/
COPY console/package.json console/
RUN npm ci --omit=dev --workspace=@tessera/contract --workspace=@tessera/server --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATABASE_URL=file:/data/tessera.db
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY contract/openapi.json contract/
COPY server/package.json server/
COPY server/assets server/assets
COPY --from=build /app/server/bundle server/bundle
COPY --from=build /app/console/dist console/dist
COPY packaging/healthcheck.mjs packaging/
# The embedded database and its master key, unless DATABASE_URL names a PostgreSQL.
RUN mkdir --mode=0700 /data && chown node:node /data && ln -s /app/server/bundle/main.js /usr/local/bin/tessera
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "packaging/healthcheck.mjs"]
CMD ["node", "--max-semi-space-size=4", "--heap-growing-percent=30", "server/bundle/main.js", "start"]
