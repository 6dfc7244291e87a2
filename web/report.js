// SPDX-License-Identifier: Apache-2.0
// Draws every figure of the page as SVG, as wide as the screen lets it, and unfolds the table that a link leads to.
(() => {
  "use strict";

  const narrow = 600; // px below which panels stand under each other
  const axis_room = 56; // px beside a panel for tick labels

  // Words in lines of at most `letters`, as far as their lengths allow.
  function lines_of(text, letters) {
    const lines = [];
    for (const word of text.split(" ")) {
      const longer = lines.length > 0 ? lines.at(-1) + " " + word : word;
      if (lines.length > 0 && longer.length <= letters) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  // Categories on the y axis are told whole, in several lines where they are long.
  function wrap_categories(spec, letters) {
    for (const layer of spec.layer ?? []) {
      const y = layer.encoding?.y;
      if (y?.type !== "nominal" || !y.scale?.domain) continue;
      const whole = Object.fromEntries(y.scale.domain.map((name) => [name, lines_of(name, letters)]));
      y.axis = { ...y.axis, labelExpr: `(${JSON.stringify(whole)})[datum.value]`, labelLimit: 0, labelLineHeight: 13 };
    }
  }

  // The same for the legend, which stands under the plot and not under its labels.
  function wrap_legend(spec, letters) {
    for (const layer of spec.layer ?? [])
      for (const channel of [layer.encoding?.color, layer.encoding?.shape]) {
        if (!channel?.legend || !channel.scale?.domain?.some((name) => name.length > letters)) continue;
        const whole = Object.fromEntries(channel.scale.domain.map((name) => [name, lines_of(name, letters)]));
        channel.legend = { ...channel.legend, labelExpr: `(${JSON.stringify(whole)})[datum.value]` };
      }
  }

  // A copy of the specification that fills `room` px. What its builder knows about its shape stands in usermeta.
  function fitted(specification, room) {
    const spec = structuredClone(specification);
    const hints = spec.usermeta?.spinflow ?? {};
    delete spec.usermeta?.embedOptions; // a folder of unknown origin does not change how figures are drawn
    const width = Math.min(room, hints.max_width || room);
    delete spec.title; // the page has it as a heading
    spec.config ??= {};
    spec.config.legend ??= {};
    if (width < narrow) spec.config.axis = { ...spec.config.axis, labelLimit: 140 };
    if (hints.legend_letters > 0)
      spec.config.legend.columns = Math.max(1, Math.floor(width / (7 * hints.legend_letters + 45)));
    wrap_categories(spec, width < narrow ? 16 : 30);
    if (width < narrow) {
      spec.config.legend.labelLimit = width - 40;
      wrap_legend(spec, Math.floor((width - 150) / 7));
    }
    const views = spec.concat ?? spec.vconcat ?? spec.hconcat;
    if (!views) {
      spec.width = width;
      spec.autosize = { type: "fit", contains: "padding" };
      return spec;
    }
    const columns = spec.concat && width >= narrow ? Math.min(spec.columns ?? views.length, views.length) : 1;
    if (spec.concat) spec.columns = columns;
    for (const view of views) {
      const bare = hints.aspect > 0;
      view.width = Math.floor((width - (columns - 1) * (spec.spacing ?? 20)) / columns - (bare ? 12 : axis_room));
      if (bare) view.height = Math.round(view.width * hints.aspect);
    }
    return spec;
  }

  async function draw(figure) {
    const target = figure.querySelector(".drawing");
    const room = Math.floor(target.getBoundingClientRect().width);
    if (figure.drawn_for && Math.abs(figure.drawn_for - room) < 16) return;
    figure.drawn_for = room;
    try {
      const specification = JSON.parse(figure.querySelector("script").textContent);
      figure.view?.finalize();
      const result = await vegaEmbed(target, fitted(specification, room),
        { mode: "vega-lite", renderer: "svg", actions: false, tooltip: { theme: "light" } });
      figure.view = result.view;
      figure.dataset.state = "drawn";
    } catch (error) {
      figure.dataset.state = "failed";
      target.textContent = "This figure could not be drawn: " + error.message;
      console.error(figure.id, error);
    }
  }

  async function draw_all() {
    for (const figure of document.querySelectorAll("figure")) await draw(figure);
    document.documentElement.dataset.state = "drawn";
  }

  for (const button of document.querySelectorAll(".save button")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const figure = button.closest("figure");
      const link = document.createElement("a");
      link.href = await figure.view.toImageURL("svg");
      link.download = figure.id.replace(/^figure-/, "") + ".svg";
      link.click();
    });
  }

  // Browsers of today unfold what a link leads to by themselves; others are helped.
  function unfold() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest("details:not([open])");
    if (!folded) return;
    folded.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();

  let later;
  addEventListener("resize", () => {
    clearTimeout(later);
    later = setTimeout(draw_all, 200);
  });
  draw_all();
})();
