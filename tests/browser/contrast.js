// Nothing goes in; every text of the page that is harder to read than 4.5:1 comes out, with why.

() => {
  const LEAST = 4.5;
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  /** Any CSS colour, as numbers: red, green, blue to 255, opacity to 1. */
  function rgba(colour) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = "#000";
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, opacity] = pen.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, opacity / 255];
  }

  const over = (above, below) => [...[0, 1, 2].map(at => above[at] * above[3] + below[at] * (1 - above[3])), 1];

  function brightness(colour) {
    const [red, green, blue] = colour.slice(0, 3).map(one => one / 255)
      .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  function contrast(one, other) {
    const [dark, light] = [brightness(one), brightness(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  /** What may lie behind an element: of a gradient, each of its colours. */
  function grounds(element) {
    if (!element) return [rgba("Canvas")];
    const { backgroundColor, backgroundImage } = getComputedStyle(element), plain = rgba(backgroundColor);
    const stops = (backgroundImage.match(/(?:rgba?|color|oklab)\([^()]*\)/g) ?? []).map(rgba).filter(stop => stop[3] > 0);
    const below = plain[3] === 1 ? [plain] : grounds(element.parentElement).map(ground => over(plain, ground));
    return [...below, ...below.flatMap(ground => stops.map(stop => over(stop, ground)))];
  }

  function isRead(element) {
    return !element.closest("option, script, style, noscript, [disabled], [aria-hidden=true], .unseen, .skip")
      && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }

  const bad = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (!data.trim() || !isRead(parentElement)) continue;
    texts++;
    const { color, fill } = getComputedStyle(parentElement);
    const ink = rgba(parentElement instanceof SVGElement ? fill : color);
    const worst = Math.min(...grounds(parentElement).map(ground => contrast(over(ink, ground), ground)));
    if (worst < LEAST) bad.push(`${worst.toFixed(2)} ${parentElement.tagName}.${parentElement.getAttribute("class")}: ${data.slice(0, 30)}`);
  }
  return { texts, bad };
}
