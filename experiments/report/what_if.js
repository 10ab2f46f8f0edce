/* Works out the verdict from the beliefs on the sliders: the same stand-ins, and the same runs kept aside, as were fitted. */
(function () {
  "use strict";
  var told = JSON.parse(document.getElementById("numbers").textContent), STEPS = 100;
  function el(id) { return document.getElementById(id); }
  function model(name, at) {
    var x = [1].concat(at.map(function (each) { return 2 * each - 1; })), one = told.models[name];
    return one.weights.reduce(function (sum, weight, k) { return sum + weight * x[one.pairs[k][0]] * x[one.pairs[k][1]]; }, 0);
  }
  function weights() {
    var rate = document.querySelector("input[name=rate]:checked").value, found = {};
    found["gain " + rate] = +el("gain").value;
    found["cost " + rate] = -1;
    found["outside " + rate] = +el("worth").value;
    return found;
  }
  function value(at, by) { return Object.keys(by).reduce(function (sum, name) { return sum + by[name] * model(name, at); }, 0); }
  function off(by) {
    var names = Object.keys(by), sizes = told.off[names[0]].map(function (_, row) {
      return Math.abs(names.reduce(function (sum, name) { return sum + by[name] * told.off[name][row]; }, 0));
    }).sort(function (a, b) { return a - b; });
    return sizes[Math.min(sizes.length, Math.ceil(told.within * (sizes.length + 1))) - 1];
  }
  function two(size) { return Math.abs(size) < 1e-6 ? "0" : Number(Math.abs(size).toPrecision(2)).toLocaleString("en-GB", { maximumSignificantDigits: 2 }); }
  function pounds(sum) { return (sum < 0 ? "−" : "") + "£" + two(sum); }
  function real(belief, share) {
    return belief.log ? Math.exp(Math.log(belief.low) + share * (Math.log(belief.high) - Math.log(belief.low)))
      : belief.low + share * (belief.high - belief.low);
  }
  function shown(belief, share) { var at = real(belief, share); return (at < 0 ? "−" : "") + two(at) + (belief.unit ? " " + belief.unit : ""); }
  function moved(at, k, share) { return at.map(function (each, j) { return j === k ? share : each; }); }
  function turning(at, by, k, sign) {
    for (var step = 1; step <= STEPS; step += 1) {
      var ends = [at[k] - step / STEPS, at[k] + step / STEPS];
      for (var side = 0; side < 2; side += 1) {
        if (ends[side] >= -1e-9 && ends[side] <= 1 + 1e-9 && value(moved(at, k, ends[side]), by) * sign < 0) { return ends[side]; }
      }
    }
    return null;
  }
  function corners(at, by) {
    var ends = [Infinity, -Infinity], count = Math.pow(2, Math.min(at.length, 12));
    for (var corner = 0; corner < count; corner += 1) {
      var there = value(at.map(function (each, k) { return k < 12 ? (corner >> k) & 1 : each; }), by);
      ends = [Math.min(ends[0], there), Math.max(ends[1], there)];
    }
    return ends;
  }
  function verdict(sum, error) {
    if (told.few) { return "Too few runs to tell " + told.first + " from " + told.second; }
    if (Math.abs(sum) <= error) { return "Too close to call between " + told.first + " and " + told.second; }
    return (sum > 0 ? told.first : told.second) + " leaves society better off";
  }
  function show() {
    var at = told.beliefs.map(function (each) { return +el(each.id).value; }), by = weights();
    var sum = value(at, by), error = off(by), ends = corners(at, by), lives = model("crises", at);
    told.beliefs.forEach(function (each, k) {
      el(each.id + "_at").textContent = shown(each, at[k]);
      el(each.id).setAttribute("aria-valuetext", shown(each, at[k]));
      var low = value(moved(at, k, 0), by), high = value(moved(at, k, 1), by), turn = turning(at, by, k, sum < 0 ? -1 : 1);
      el(each.id + "_moves").textContent = pounds(low) + " to " + pounds(high);
      el(each.id + "_turns").textContent = turn === null ? "nowhere in its range" : "about " + shown(each, turn);
    });
    el("worth_at").textContent = "£" + (+el("worth").value).toFixed(2);
    el("gain_at").textContent = "£" + (+el("gain").value).toLocaleString("en-GB");
    el("verdict").textContent = verdict(sum, error);
    el("sum").textContent = "Under " + told.first + " instead of " + told.second + ", society is " + pounds(Math.abs(sum)) + " a head " +
      (sum < 0 ? "worse" : "better") + " off, give or take £" + two(error) + ".";
    el("lives").textContent = "Of 1,000 people, " + (two(lives) === "0" ? "as many" : two(lives) + (lives < 0 ? " fewer" : " more")) + " start a crisis in the last year, give or take " + two(off({ crises: 1 })) + ".";
    el("corners").textContent = "With every belief at the end that is worst for " + told.first + ": " + pounds(ends[0]) + " a head. At the best: " + pounds(ends[1]) + ".";
  }
  document.querySelectorAll("input").forEach(function (each) { each.addEventListener("input", show); });
  el("again").addEventListener("click", function () { el("form").reset(); show(); });
  el("form").hidden = false;
  el("answer").hidden = false;
  show();
})();
