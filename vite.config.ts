import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env.TOCSIN_URL ?? `http://localhost:${process.env.PORT ?? '4000'}`

export default defineConfig({
  root: 'web',
  plugins: [react(), tailwindcss()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The content security policy has no data: for fonts and scripts.
    assetsInlineLimit: 0,
    // light-dark() carries the two token sets; older targets would have it rewritten.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
  },
  server: { proxy: { '/api': server, '/api-docs': server } },
})
