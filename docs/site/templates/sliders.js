// Looks up what was worked out for every setting of the sliders; nothing is computed here but the place in the lists.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const told = JSON.parse($("told").textContent);
  const start = told.sliders.map((slider) => slider.at), at = [...start];
  const place = () => at.reduce((so, stop, k) => so * told.sliders[k].labels.length + stop, 0);
  const show = () => {
    const here = place();
    told.sliders.forEach((slider, k) => {
      $(`slider-${k}`).value = String(at[k]);
      $(`slider-${k}`).setAttribute("aria-valuetext", slider.labels[at[k]]);
      $(`value-${k}`).textContent = slider.labels[at[k]];
    });
    $("says").textContent = `${told.headlines[told.says[here]]}.`;
    $("feel").textContent = told.feels[told.feel[here]];
    told.outcomes.forEach((outcome, k) => {
      const [diff, word] = outcome.shown[outcome.at[here]];
      $(`diff-${k}`).textContent = diff;
      $(`word-${k}`).textContent = word;
      $(`word-${k}`).className = word;
    });
  };
  told.sliders.forEach((_, k) => $(`slider-${k}`).addEventListener("input", (event) => { at[k] = Number(event.target.value); show(); }));
  $("again").addEventListener("click", () => { start.forEach((stop, k) => { at[k] = stop; }); show(); });
  show();
})();
