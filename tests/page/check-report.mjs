// SPDX-License-Identifier: Apache-2.0
// node tests/page/check-report.mjs [--make MAKE_RUN_FOLDER] RUN_DIR [SCREENSHOT_PREFIX]
// Opens RUN_DIR/report.html from the disk in headless Chromium, on a phone's and a laptop's width, and checks that every
// figure is drawn with marks in it, that nothing is wider than the page, that the console shows no error and that the
// page asks the network for nothing and may not, that long tables are folded and that a link to one unfolds it, and
// that no label of a figure is cut; then once without scripts, for the claims (a run has them, an answer of analyze or compare need not)
// and tables. With a prefix it keeps full-page pictures. --make first builds the folder with the given program.
// Status: 0 all right, 1 something is wrong (each fault on a line), 77 not checked (the reason on a line).
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const words = process.argv.slice(2);
const make = words[0] === "--make" ? words.splice(0, 2)[1] : null;
const [folder, prefix] = words;

function skip(reason) {
  console.log("skipped: " + reason);
  process.exit(77);
}

const web = fileURLToPath(new URL("../../web/package.json", import.meta.url));
let chromium;
try {
  ({ chromium } = createRequire(web)("playwright-core"));
} catch {
  skip("web/node_modules has no playwright-core; scripts/install-dependencies.sh build fetches it");
}
const browsers = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executable = browsers.find((path) => path && existsSync(path));
if (!executable) skip("there is no Chromium; scripts/install-dependencies.sh test installs it");

if (make) {
  rmSync(folder, { recursive: true, force: true });
  execFileSync(make, [folder], { stdio: "inherit" });
}
const page_url = pathToFileURL(resolve(folder, "report.html")).href;
const expected_figures = existsSync(join(folder, "figures"))
  ? readdirSync(join(folder, "figures")).filter((name) => name.endsWith(".vl.json")).length
  : 0;

// The recipe.toml of an answer has its command line.
const is_answer = /^command = /m.test(readFileSync(join(folder, "recipe.toml"), "utf8"));

const faults = [];
const profile = mkdtempSync(join(tmpdir(), "spinflow-page-"));

async function check(name, viewport, scripts) {
  const context = await chromium.launchPersistentContext(join(profile, name), {
    executablePath: executable,
    viewport,
    javaScriptEnabled: scripts,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const fault = (text) => faults.push(`${name}: ${text}`);
  try {
    const page = await context.newPage();
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) fault(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => fault(`script: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (url !== page_url && !url.startsWith("data:") && !url.startsWith("blob:")) fault(`asks for ${url}`);
    });
    await page.goto(page_url, { timeout: 120000 });  // on a busy machine a page of many figures takes a minute
    if (scripts && expected_figures > 0)
      await page.waitForFunction(() => document.documentElement.dataset.state === "drawn", null, { timeout: 120000 });
    if (prefix) await page.screenshot({ path: `${prefix}-${name}.png`, fullPage: true });

    // A string, because a page without scripts still answers the debugger, but needs no bundled helpers.
    const seen = await page.evaluate(`({
      width: document.documentElement.scrollWidth,
      claims: document.querySelectorAll("table.claims, #claims + p").length,
      figures: [...document.querySelectorAll("figure")].map((figure) => ({
        id: figure.id,
        state: figure.dataset.state,
        // Marks other than the frame: anything drawn by a group whose role is "mark".
        marks: [...figure.querySelectorAll("svg .role-mark > *")].filter((mark) => {
          const box = mark.getBBox ? mark.getBBox() : { width: 0, height: 0 };
          return box.width > 0 || box.height > 0;
        }).length,
        canvas: figure.querySelectorAll("canvas").length,
        broken: /NaN|undefined|Infinity/.test(figure.querySelector("svg")?.outerHTML.replace(/<text[^]*?<\\/text>/g, "") ?? ""),
        cut: [...figure.querySelectorAll("svg text")].map((text) => text.textContent).find((text) => text.endsWith("…")),
        beyond: (() => {
          return [...figure.querySelectorAll("svg text")].find((text) => {
            const box = text.getBoundingClientRect();
            return box.width > 0 && (box.left < 0 || box.right > innerWidth);
          })?.textContent;
        })(),
        caption: figure.querySelector("figcaption")?.textContent.trim().length ?? 0,
        // Drawn wider than its place and then shrunk: letters get small.
        shrunk: (() => {
          const svg = figure.querySelector("svg");
          return svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        })(),
      })),
    })`);
    if (seen.width > viewport.width) fault(`the page is ${seen.width} px wide on a screen of ${viewport.width}`);
    if (seen.claims === 0 && !is_answer) fault("there are no claims on the page");
    if (seen.figures.length !== expected_figures)
      fault(`${seen.figures.length} figures on the page, ${expected_figures} in the folder`);
    for (const figure of scripts ? seen.figures : []) {
      if (figure.state !== "drawn" || figure.marks + figure.canvas === 0) fault(`${figure.id} is not drawn`);
      if (figure.broken) fault(`${figure.id} has coordinates that are no numbers`);
      if (figure.caption === 0) fault(`${figure.id} has no caption`);
      if (figure.cut) fault(`${figure.id} has a label that is cut: ${figure.cut}`);
      if (figure.beyond) fault(`${figure.id} has a text beyond the edge of the screen: ${figure.beyond}`);
      if (figure.shrunk < 0.85) fault(`${figure.id} is shrunk to ${figure.shrunk.toFixed(2)} of its size`);
    }
    const tables = await page.evaluate(`[...document.querySelectorAll("[id^=table-]")].map((anchor) => ({
      id: anchor.id,
      rows: (anchor.matches("h3") ? anchor.nextElementSibling : anchor).querySelectorAll("tbody tr").length,
      folded: anchor.closest("details:not([open])") !== null,
      unlinked: document.querySelector('nav a[href="#' + CSS.escape(anchor.id) + '"]') === null,
    }))`);
    for (const table of tables) {
      if (table.folded !== table.rows > 12) fault(`${table.id} of ${table.rows} rows is ${table.folded ? "" : "not "}folded`);
      if (table.unlinked) fault(`the contents do not lead to ${table.id}`);
    }
    const folded = tables.find((table) => table.folded);
    if (folded) {
      await page.goto(`${page_url}#${folded.id}`);
      const seen_at = await page.evaluate(`(() => {
        const anchor = document.getElementById(${JSON.stringify(folded.id)});
        return anchor.closest("details").open ? anchor.getBoundingClientRect().top : null;
      })()`);
      if (seen_at === null) fault(`a link to ${folded.id} does not unfold it`);
      else if (seen_at < 0 || seen_at > viewport.height) fault(`a link to ${folded.id} does not show it`);
    }
    if (scripts && expected_figures > 0) {
      // A figure out of a folder of unknown origin that wants something from elsewhere does not get it.
      page.removeAllListeners("console");
      page.removeAllListeners("request"); // also told of what the policy stops
      const blocked = await page.evaluate(`new Promise((done) => {
        const blocked = [];
        addEventListener("securitypolicyviolation", (event) => blocked.push(event.blockedURI));
        const place = document.body.appendChild(document.createElement("div"));
        vegaEmbed(place, { data: { url: "http://127.0.0.1:9/data.json" }, mark: "point", encoding: {} }).catch(() => {});
        place.appendChild(document.createElement("img")).src = "http://127.0.0.1:9/image.png";
        setTimeout(() => done(blocked), 500);
      })`);
      for (const file of ["data.json", "image.png"])
        if (!blocked.some((url) => url.endsWith(file))) fault(`the page may load http://127.0.0.1:9/${file}`);
    }
  } catch (error) {
    fault(error.message.split("\n")[0]);
  } finally {
    await context.close();
  }
}

try {
  await check("phone", { width: 390, height: 844 }, true);
  await check("laptop", { width: 1280, height: 800 }, true);
  await check("without-scripts", { width: 390, height: 844 }, false);
} finally {
  rmSync(profile, { recursive: true, force: true });
}
for (const line of faults) console.log(line);
console.log(faults.length === 0 ? `${expected_figures} figures drawn, no fault` : `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
