import react from '@vitejs/plugin-react';
import postcssPresetMantine from 'postcss-preset-mantine';
import { defineConfig } from 'vite';

/** The server serves `dist` and the API on one port; in development Vite serves the page and passes the API on. */
const server = process.env['NAVETTE_URL'] ?? 'http://127.0.0.1:4600';

export default defineConfig({
  plugins: [react()],
  base: '/',
  css: { postcss: { plugins: [postcssPresetMantine()] } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // One file of icons in place of sixty of two hundred bytes each.
        codeSplitting: { groups: [{ name: 'icons', test: /@tabler[\\/]icons-react[\\/]/ }] },
      },
    },
  },
  server: {
    proxy: { '/api': server, '/webhook': server },
  },
});
