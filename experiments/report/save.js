/* Saves a figure of the page as a picture, a drawing or numbers, from what the page itself holds. */
(function () {
  "use strict";
  var TWICE = 2, FORMULA = /^'*[=+\-@\t\n＝＋－＠]./;
  function give(content, name) {
    var link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 60000);
  }
  function drawing(image) { return decodeURIComponent(image.getAttribute("src").replace(/^[^,]*,/, "")); }
  function picture(image, name) {
    var whole = new Image();
    whole.onload = function () {
      var canvas = document.createElement("canvas");
      canvas.width = TWICE * whole.naturalWidth;
      canvas.height = TWICE * whole.naturalHeight;
      canvas.getContext("2d").drawImage(whole, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(function (made) { give(made, name); }, "image/png");
    };
    whole.src = image.getAttribute("src");
  }
  function field(words) {
    var number = words.replace(/^−/, "-").replace(/,(?=\d{3}(\D|$))/g, "");
    if (words !== "" && isFinite(number)) { return number; }
    if (words === "–") { return ""; }
    return '"' + (FORMULA.test(words) ? "'" + words : words).replace(/"/g, '""') + '"';
  }
  function numbers(table) {
    return Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.map.call(row.cells, function (cell) { return field(cell.textContent.trim()); }).join(",");
    }).join("\n") + "\n";
  }
  document.querySelectorAll(".saves").forEach(function (bar) {
    var figure = document.getElementById("figure_" + bar.dataset.of), image = figure.querySelector(".still img");
    var table = document.querySelector("#numbers_" + bar.dataset.of + " table");
    bar.hidden = false;
    bar.addEventListener("click", function (pressed) {
      var kind = pressed.target.dataset.kind, name = bar.dataset.of + "." + kind;
      if (kind === "png") { picture(image, name); }
      if (kind === "svg") { give(new Blob([drawing(image)], { type: "image/svg+xml" }), name); }
      if (kind === "csv") { give(new Blob([numbers(table)], { type: "text/csv" }), name); }
    });
    if (!table) { bar.querySelector("[data-kind=csv]").remove(); }
  });
})();
