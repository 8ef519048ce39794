// Finds in a page what a reader would stumble over. Gives how the page was seen, the number of its
// texts, and the faults. Logs nothing and loads nothing that the page would not.
async (print) => {
  // Text in a box this much larger than the box is not clipped: glyphs do not fill their line.
  const BESIDE = 1; // px
  const ABOVE = 0.25; // of the font size
  const CONTRAST = 4.5; // WCAG 2.2, 1.4.3
  const LARGE_CONTRAST = 3;

  const faults = [];
  const fault = (kind, what, where, severity = 1) =>
    faults.push({ kind, what, where, severity }) && faults.at(-1);
  const quoted = (text) => {
    const words = text.replace(/\s+/g, " ").trim();
    return `"${words.length > 60 ? `${words.slice(0, 59)}…` : words}"`;
  };
  const named = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].map((name) => `.${name}`).join("");
    return `<${element.localName}${id}${classes}>`;
  };
  const told = (element) => `${named(element)} ${quoted(element.textContent)}`;
  const px = (length) => `${Math.round(length)} px`;

  // Everything that a reader may open.
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  await document.fonts.ready;

  // What clips or scrolls an element's contents, from the inside out. A box that is no containing
  // block of an absolute or fixed element leaves that element alone. What <html> and <body> hide,
  // the viewport hides.
  function* boxes(element) {
    let left = "";
    for (let box = element; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box);
      const moved = style.transform !== "none" || style.filter !== "none";
      const holds = left === "" || moved || (left === "absolute" && style.position !== "static");
      if (!holds) continue;
      const boxless = ["inline", "contents"].includes(style.display) && box.localName !== "svg";
      if (!boxless) yield [box, style];
      left = ["absolute", "fixed"].includes(style.position) ? style.position : "";
    }
  }

  // For screen readers alone: a box a pixel wide or high that hides the rest.
  const unseen = (element) => {
    for (const [box, style] of boxes(element)) {
      const { width, height } = box.getBoundingClientRect();
      if (Math.min(width, height) <= 1 && style.overflow !== "visible") return true;
    }
    return false;
  };

  // Why a text cannot be read whole, if so, and the part of it that is seen without scrolling.
  const width = innerWidth;
  const shown = (element, rect, slack) => {
    let { left, right, top, bottom } = rect;
    const part = { left, right, top, bottom };
    for (const [box, style] of boxes(element)) {
      const edge = box.getBoundingClientRect();
      // What scrolls shows everything in the end, but not on paper.
      const scrolls = (overflow) => !print && ["auto", "scroll"].includes(overflow);
      if (style.overflowX !== "visible") {
        part.left = Math.max(part.left, edge.left);
        part.right = Math.min(part.right, edge.right);
        if (scrolls(style.overflowX)) {
          [left, right] = [edge.left, edge.right];
        } else if (left < edge.left - BESIDE || right > edge.right + BESIDE) {
          return [`clipped sideways by ${named(box)}`, part];
        }
      }
      if (style.overflowY !== "visible") {
        part.top = Math.max(part.top, edge.top);
        part.bottom = Math.min(part.bottom, edge.bottom);
        if (scrolls(style.overflowY)) {
          [top, bottom] = [edge.top, edge.bottom];
        } else if (top < edge.top - slack || bottom > edge.bottom + slack) {
          return [`clipped above or below by ${named(box)}`, part];
        }
      }
    }
    if (left < -BESIDE || right > width + BESIDE) {
      return [`beside the page: from ${px(left)} to ${px(right)} of ${px(width)}`, part];
    }
    return [top + scrollY < -slack ? "above the page" : null, part];
  };

  // Colours as the page's own engine reads them, whatever their notation: red, green, blue in
  // 0..1 times alpha, and alpha.
  const brush = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (notation) => {
    if (!known.has(notation)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = notation;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = [...brush.getImageData(0, 0, 1, 1).data].map((v) => v / 255);
      known.set(notation, [r * a, g * a, b * a, a]);
    }
    return known.get(notation);
  };
  const over = (above, below) => above.map((v, i) => v + (1 - above[3]) * below[i]);
  const luminance = (rgba) => {
    const [r, g, b] = rgba.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const hex = (rgba) =>
    `#${rgba.slice(0, 3).map((v) => Math.round(v * 255).toString(16).padStart(2, "0")).join("")}`;
  const probe = document.documentElement.appendChild(document.createElement("i"));
  probe.style.color = "Canvas";
  const paper = colour(getComputedStyle(probe).color);
  probe.remove();

  // The colours of an element's text and of what is behind it: layer by layer from the inside out,
  // each faded with the group that it is in. Pictures and gradients behind a text do not count.
  const colours = (element) => {
    let text = colour(getComputedStyle(element).color);
    let behind = [0, 0, 0, 0];
    for (let box = element; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      const layer = colour(style.backgroundColor);
      const faded = (rgba) => over(rgba, layer).map((v) => v * style.opacity);
      [text, behind] = [faded(text), faded(behind)];
    }
    return [over(text, paper), over(behind, paper)];
  };
  const pale = new Map();
  const contrast = (element) => {
    const [text, behind] = colours(element);
    const [dark, light] = [luminance(text), luminance(behind)].sort((a, b) => a - b);
    const ratio = (light + 0.05) / (dark + 0.05);
    const { fontSize, fontWeight } = getComputedStyle(element);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && fontWeight >= 700);
    const wanted = large ? LARGE_CONTRAST : CONTRAST;
    if (ratio >= wanted) return;
    const pair = `${hex(text)} on ${hex(behind)}`;
    if (pale.has(pair)) {
      pale.get(pair).alike += 1;
    } else {
      const what = `contrast ${ratio.toFixed(2)}, not ${wanted}: ${pair}`;
      pale.set(pair, fault("contrast", what, told(element), wanted / ratio));
      pale.get(pair).alike = 0;
    }
  };

  const overflow = document.documentElement.scrollWidth - width;
  if (overflow > 0) {
    fault("sideways", "the page scrolls sideways", `by ${px(overflow)}`);
  }

  // Phones show no scrollbar before a finger moves: something else must tell that there is more.
  for (const element of document.querySelectorAll("body *")) {
    const style = getComputedStyle(element);
    const scrolls = ["auto", "scroll"].includes(style.overflowX) && element.checkVisibility();
    if (!print && scrolls && element.scrollWidth > element.clientWidth + BESIDE &&
        !style.backgroundImage.includes("gradient")) {
      fault("scroll", "nothing shows that it scrolls sideways", told(element));
    }
  }

  const seen = [];
  for (const element of document.querySelectorAll("body, body *")) {
    const own = [...element.childNodes].filter((n) => n.nodeType === 3 && n.data.trim());
    const visible = { visibilityProperty: true, opacityProperty: true };
    if (own.length === 0 || !element.checkVisibility(visible) || unseen(element)) continue;
    const rects = own.flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      return [...range.getClientRects()].filter((rect) => rect.width > 0);
    });
    if (rects.length === 0) continue;
    const slack = ABOVE * parseFloat(getComputedStyle(element).fontSize);
    const drawn = element.closest("svg") !== null;
    const looks = rects.map((rect) => shown(element, rect, slack));
    const why = looks.map(([why]) => why).find(Boolean);
    if (why) fault("clipped", why, told(element));
    seen.push(...looks.map(([, part]) => ({ element, part, slack, drawn })));
    if (!print && !drawn) contrast(element);
  }

  // A browser makes room for the words of a page, but not for those of a drawing.
  const apart = (a, b) =>
    a.part.right - BESIDE <= b.part.left || a.part.bottom - a.slack <= b.part.top + b.slack ||
    a.part.left >= a.part.right || a.part.top >= a.part.bottom;
  const covers = (a, at) => (b, bt) =>
    a.element !== b.element && (!b.drawn || bt > at) && !apart(a, b) && !apart(b, a);
  for (const [at, a] of seen.entries()) {
    const b = a.drawn && seen.find(covers(a, at));
    if (b) fault("covered", "text over text", `${told(a.element)} and ${told(b.element)}`);
  }

  for (const image of document.images) {
    image.loading = "eager";
    await image.decode().catch(() => {});
    const what = `${named(image)} ${quoted(image.alt)} ${quoted(image.src.slice(0, 40))}`;
    if (image.naturalWidth === 0) fault("image", "an image does not decode", what);
    if (!image.alt.trim()) fault("alt", "an image has no alt text", what);
  }

  return { width, dark: matchMedia("(prefers-color-scheme: dark)").matches,
    print: matchMedia("print").matches, texts: seen.length, faults };
}
