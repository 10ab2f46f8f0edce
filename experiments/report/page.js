/* Draws the figures that answer to the reader when they come near the screen. Where anything fails, the picture stays. */
(function () {
  "use strict";
  var NARROW = 700, EDGE = 90, NAMES = 130, ONE_COLUMN = 430;
  function fitted(spec, room) {
    if (spec.concat) {
      var columns = room < NARROW ? 1 : spec.columns || 1;
      spec.columns = columns;
      var edge = EDGE + (spec.usermeta && spec.usermeta.names ? NAMES : 0);
      var each = columns === 1 ? Math.min(room - edge, ONE_COLUMN) : Math.floor(room / columns) - edge;
      spec.concat.forEach(function (view) { view.width = each; });
    } else {
      spec.width = Math.max(180, room - (spec.usermeta && spec.usermeta.edge ? spec.usermeta.edge : EDGE));
    }
    return spec;
  }
  function draw(box) {
    var still = box.parentNode.querySelector(".still");
    var spec = fitted(JSON.parse(document.getElementById(box.dataset.spec).textContent), still.clientWidth);
    box.hidden = false;
    vegaEmbed(box, spec, { actions: false, renderer: "svg", ast: true, defaultStyle: false, tooltip: { disableDefaultStyle: true } }).then(function () {
      box.parentNode.classList.add("answers");
      box.dataset.drawn = "yes";
    }).catch(function () { box.hidden = true; });
  }
  var boxes = Array.prototype.slice.call(document.querySelectorAll(".live"));
  if (!window.vegaEmbed || !("IntersectionObserver" in window)) { return; }
  var near = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) {
        near.unobserve(entry.target);
        draw(entry.target.querySelector(".live"));
      }
    });
  }, { rootMargin: "800px" });
  boxes.forEach(function (box) { near.observe(box.parentNode); });
})();
