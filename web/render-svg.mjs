// SPDX-License-Identifier: Apache-2.0
// node web/render-svg.mjs SPEC.vl.json OUT.svg: a figure of a run folder as a static picture, for documents.
import { readFileSync, writeFileSync } from "node:fs";
import * as vega from "vega";
import { compile } from "vega-lite";

const [from, to] = process.argv.slice(2);
const spec = compile(JSON.parse(readFileSync(from, "utf8"))).spec;
const view = new vega.View(vega.parse(spec), { renderer: "none" });
writeFileSync(to, await view.toSVG());
