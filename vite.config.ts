// Builds the look and the islands into the web room's static folder; of Tabler's sheet and drawings goes in what is in use.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";
import { defineConfig, type Plugin } from "vite";

const ICONS = "node_modules/@tabler/icons/icons/outline";
const SOURCES = ["src/artel", "islands"];
const SCRIPTS = ["tom-select/dist/js/tom-select.complete.js", "htmx.org/dist/htmx.js"];
const WORD = /[\w-]+/g;
const QUOTED = /["']([a-z][a-z0-9-]*)["']/g;

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["built", "__pycache__"].includes(entry.name)) yield* sources(path);
    } else if (/\.(html|py|ts)$/.test(entry.name)) yield path;
  }
}

// Every quoted word that is an icon's name counts: declarations name icons too, and a few drawings too many cost little.
function namesInUse(): string[] {
  const drawn = new Set(readdirSync(ICONS).map((file) => file.replace(".svg", "")));
  const names = new Set<string>();
  for (const folder of SOURCES)
    for (const path of sources(folder))
      for (const [, word] of readFileSync(path, "utf8").matchAll(QUOTED)) if (word && drawn.has(word)) names.add(word);
  return [...names].sort();
}

function symbol(name: string): string {
  const drawing = readFileSync(join(ICONS, `${name}.svg`), "utf8");
  const inside = drawing.slice(drawing.indexOf(">") + 1, drawing.lastIndexOf("</svg>"));
  const paths = inside.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
}

// A drawing that a sheet names, `mask: var(--icon-clock)`, stands in the sheet.
const MASK = /var\(--icon-([a-z0-9-]+)\)/g;

function inSheet(name: string): string {
  const drawing = symbol(name).replace("<symbol", "<svg xmlns='http://www.w3.org/2000/svg' fill='none' stroke='#000' stroke-width='1.5' stroke-linecap='round' stroke-linejoin='round'");
  return `--icon-${name}:url("data:image/svg+xml,${encodeURIComponent(drawing.replace("</symbol>", "</svg>"))}")`;
}

function iconsOfSheets(): Plugin {
  return {
    name: "icons-of-sheets",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== "asset" || !file.fileName.endsWith(".css")) continue;
        const text = file.source.toString();
        const names = [...new Set([...text.matchAll(MASK)].flatMap(([, name]) => name ?? []))];
        if (names.length) file.source = `${text}:root{${names.map(inSheet).join(";")}}`;
      }
    },
  };
}

function iconSprite(): Plugin {
  return {
    name: "icon-sprite",
    apply: "build",
    generateBundle() {
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${namesInUse().map(symbol).join("")}</svg>`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}

// Every word of a template, of a page's program and of a script that names classes counts: no class of Tabler's is put together.
function tablerInUse(): Plugin {
  const content = () => [...SOURCES.flatMap((folder) => [...sources(folder)]), ...SCRIPTS.map((path) => join("node_modules", path))];
  return {
    name: "tabler-in-use",
    apply: "build",
    enforce: "pre",
    async transform(code, id) {
      if (!id.includes("/@tabler/core/") || !id.endsWith(".css")) return null;
      const [cut] = await new PurgeCSS().purge({
        content: content(),
        css: [{ raw: code }],
        defaultExtractor: (text) => text.match(WORD) ?? [],
      });
      return cut?.css ?? code;
    },
  };
}

// Text stands where it will stay: a letter that comes after the first painting is not swapped in (base.html asks for it early).
function stillFonts(): Plugin {
  return {
    name: "still-fonts",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === "asset" && file.fileName.endsWith(".css"))
          file.source = file.source.toString().replaceAll("font-display:swap", "font-display:optional");
    },
  };
}

// Vite tells the licences of scripts; styles, fonts and drawings come from packages too.
const STYLED = ["@fontsource-variable/inter", "@tabler/core", "@tabler/icons"];

function licenceOf(name: string): string {
  const folder = join("node_modules", name);
  const { license, author } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const text = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  const body = text ? readFileSync(join(folder, text), "utf8") : `${author?.name ?? author ?? ""}`;
  return `## ${name} (${license})\n\n${body.trim()}\n`;
}

function styleLicences(): Plugin {
  return {
    name: "style-licences",
    apply: "build",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "licenses-styles.md", source: STYLED.map(licenceOf).join("\n") });
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [tablerInUse(), iconSprite(), iconsOfSheets(), stillFonts(), styleLicences()],
  build: {
    outDir: "src/artel/web/static/web/built",
    emptyOutDir: true,
    license: { fileName: "licenses.md" },
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: false,
    target: "es2022",
    rollupOptions: {
      input: { main: "islands/main.ts", theme: "islands/theme.ts" },
      output: { assetFileNames: "[name]-[hash][extname]", entryFileNames: "[name]-[hash].js", chunkFileNames: "[name]-[hash].js" },
    },
  },
});
