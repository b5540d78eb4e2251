import vue from '@vitejs/plugin-vue';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { fileURLToPath } from 'node:url';
import { mkdirSync, writeFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

// Two entries share the toolchain and nothing else: the console, and the light page shown inside WeChat.
// Element Plus is imported component by component, styles too; the whole style sheet would be a fifth of the budget.
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.YUTANG_URL ?? 'http://127.0.0.1:8090';

// Which chunks each page loads, for scripts/size.mjs; kept out of dist, because all of dist goes into the binary.
function chunkList(): Plugin {
  return {
    name: 'chunk-list',
    writeBundle(_options, bundle) {
      const list = Object.values(bundle).flatMap((chunk) =>
        chunk.type !== 'chunk' ? [] : [{
          file: chunk.fileName,
          module: chunk.facadeModuleId ?? '',
          entry: chunk.isEntry,
          imports: chunk.imports,
          lazy: chunk.dynamicImports,
          css: [...(chunk.viteMetadata?.importedCss ?? [])],
        }],
      );
      mkdirSync(here('./node_modules/.cache'), { recursive: true });
      writeFileSync(here('./node_modules/.cache/chunks.json'), JSON.stringify(list));
    },
  };
}

export default defineConfig({
  plugins: [
    vue(),
    Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    chunkList(),
  ],
  resolve: { alias: { '@': here('./src') } },
  define: { __VUE_I18N_LEGACY_API__: false, __INTLIFY_PROD_DEVTOOLS__: false },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rollupOptions: { input: { index: here('./index.html'), h5: here('./h5.html') } },
  },
  server: { proxy: { '/api': server, '/h5/api': server } },
});
