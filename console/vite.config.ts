import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The Host header stays as the browser sent it: with TESSERA_URL=http://localhost:5173 the server is its own issuer there.
const server = { target: 'http://127.0.0.1:3000', changeOrigin: false };

export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: 'dist',
    manifest: true,
    target: 'es2022',
    // The CSP allows no data: URLs, so nothing may be inlined.
    assetsInlineLimit: 0,
    // The budget is the one of scripts/check-size.mjs.
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/api': server, '/suites': server, '/assets': server, '/.well-known': server, '/healthz': server },
  },
});
