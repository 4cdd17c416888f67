"""The slope panel in the real JupyterLab: by keyboard, in both themes, at two widths."""

from lessons import measure_slope
from lessons.panels.slopes import words

IMAGE = ".bp-picture img"
FITS = """image =>
  image.complete && image.naturalWidth === image.clientWidth && image.clientWidth > 0"""
# How bright the letters are, and how bright the brightest and the darkest pixel of the picture is.
SHADES = """() => {
  const image = document.querySelector('.bp-picture img');
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
  let [least, most, clear] = [255, 0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] === 0) clear += 1;
    if (data[i + 3] < 255) continue;
    const shade = (data[i] + data[i + 1] + data[i + 2]) / 3;
    [least, most] = [Math.min(least, shade), Math.max(most, shade)];
  }
  return {least, most, clear: clear / (data.length / 4)};
}"""


def opened(lab, **options):
    name = lab.write("slope.ipynb", "from lessons import measure_slope\nmeasure_slope()")
    lab.open(name, **options).run_all()
    assert lab.panel(0).locator(IMAGE).evaluate(FITS)
    return lab.panel(0)


def test_the_panel_works_by_keyboard_alone(lab):
    panel = opened(lab)
    expected = measure_slope()
    panel.get_by_role("slider", name="z").focus()
    source = panel.locator(IMAGE).get_attribute("src")
    lab.press("ArrowLeft", times=3).settle()
    expected.set(z=1.7)
    assert panel.get_by_role("status").inner_text() == expected.sentence
    assert panel.locator(IMAGE).get_attribute("src") != source
    assert panel.locator(IMAGE).get_attribute("alt") == words.alt(expected.measurement)

    lab.press("Tab", "Tab")
    slider = panel.get_by_role("slider", name="h")
    assert slider.evaluate("handle => handle === document.activeElement")
    lab.press("ArrowLeft", times=10).settle()
    assert slider.get_attribute("aria-valuetext") == "0.1"
    assert panel.locator("input[type=number]").nth(1).input_value() == "0.1"

    panel.get_by_role("combobox").focus()
    lab.press("ArrowDown", "ArrowDown").settle()
    expected.set(function="sigmoid", h=0.1)
    assert panel.get_by_role("status").inner_text() == expected.sentence
    source = panel.locator(IMAGE).get_attribute("src")
    lab.press("Tab", "Space").settle()
    assert panel.locator(IMAGE).get_attribute("src") != source
    lab.check()


OWN = """
def to_one(yhat):
    L = half_squared_error(yhat, 1)
    return L


measure_slope(to_one, yhat=3.0)"""


def test_a_learners_number_is_called_by_its_name_until_the_menu_changes(lab):
    lab.open(
        lab.write("own.ipynb", f"from lessons import half_squared_error, measure_slope\n{OWN}")
    ).run_all()
    panel = lab.panel(0)
    label = panel.locator(".widget-slider > label").first
    slider, box = (panel.get_by_role(role, name="yhat") for role in ("slider", "spinbutton"))
    assert label.evaluate("label => label.scrollWidth <= label.clientWidth")
    assert label.inner_text() == "yhat" and box.input_value() == "3"
    slider.focus()
    lab.press("ArrowLeft").settle()
    assert box.input_value() == "2.9"
    assert panel.get_by_role("status").inner_text().startswith("At yhat = 2.90")
    assert "yhat + h" in panel.locator(IMAGE).get_attribute("alt")

    panel.get_by_role("combobox").select_option("tanh")
    lab.settle()
    assert label.inner_text() == "z" and slider.count() == box.count() == 0
    panel.get_by_role("slider", name="z").focus()
    lab.press("ArrowLeft").settle()
    assert panel.get_by_role("spinbutton", name="z, the number").input_value() == "2.8"
    assert panel.get_by_role("status").inner_text().startswith("At z = 2.80")
    lab.check()


def test_light_and_dark_wide_and_narrow(lab):
    for theme in ("light", "dark"):
        panel = opened(lab, theme=theme)
        for width in (1400, 700):
            lab.resize(width)
            assert panel.locator(IMAGE).evaluate(FITS)
            shades = lab.page.evaluate(SHADES)
            assert shades["clear"] > 0.5  # the page shows through
            # Dark letters on a light page, light letters on a dark one.
            assert shades["least"] < 60 if theme == "light" else shades["most"] > 200
            assert lab.axe(panel) == []
            beyond = "panel => panel.scrollWidth - panel.clientWidth"
            assert panel.locator(".bp-panel").first.evaluate(beyond) <= 0
    lab.check()


def test_an_error_is_told_on_the_page_and_raised_in_the_kernel(lab):
    panel = opened(lab)
    box = panel.locator("input[type=number]").nth(0)
    box.fill("50")
    box.press("Enter")
    lab.settle()
    assert "z = 50 is outside this picture" in panel.get_by_role("alert").inner_text()
    assert any("z = 50 is outside this picture" in error for error in lab.kernel_errors())
    box.fill("1")
    box.press("Enter")
    lab.settle()
    assert not panel.get_by_role("alert").is_visible()
