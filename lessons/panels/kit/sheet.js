/**
 * The kit's sheet stands on a page once, before those of the panels, which refine it: each panel has
 * brought its own by now, and anywidget names it after the panel's module.
 * @param {string} css
 */
export function placeSheet(css) {
  const sheet = document.getElementById("bp-kit") ?? document.createElement("style");
  sheet.id = "bp-kit";
  if (sheet.textContent !== css) sheet.textContent = css;
  if (sheet.isConnected) return;
  const first = document.head.querySelector('style[id^="lessons.panels."]');
  document.head.insertBefore(sheet, first);
}
