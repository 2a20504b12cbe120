(function () {
  "use strict";
  var tools = document.querySelector(".tools"), query = document.getElementById("q"), open = document.getElementById("open");
  var shown = document.getElementById("shown"), all = Array.prototype.slice.call(document.querySelectorAll("details.req"));
  var texts = all.map(function (each) { return each.textContent.toLowerCase(); });
  var boxes = Array.prototype.slice.call(tools.querySelectorAll("input[type=checkbox]"));
  function update() {
    var words = query.value.toLowerCase().split(/\s+/).filter(Boolean), count = 0;
    var off = boxes.filter(function (box) { return !box.checked; }).map(function (box) { return box.value; });
    all.forEach(function (each, at) {
      var fits = words.every(function (word) { return texts[at].indexOf(word) >= 0; }) &&
        !off.some(function (word) { return each.classList.contains(word); });
      each.classList.toggle("gone", !fits);
      count += fits ? 1 : 0;
    });
    document.querySelectorAll("section.chapter, section.pack").forEach(function (section) {
      section.classList.toggle("gone", !section.querySelector("details.req:not(.gone)"));
    });
    shown.textContent = count + " of " + all.length;
  }
  function reveal() {
    var target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") { target.open = true; }
  }
  open.addEventListener("click", function () {
    var wants = all.some(function (each) { return !each.open; });
    all.forEach(function (each) { each.open = wants; });
    open.textContent = wants ? "close all" : "open all";
  });
  window.addEventListener("beforeprint", function () {
    all.forEach(function (each) { each.dataset.was = each.open ? "1" : ""; each.open = true; });
  });
  window.addEventListener("afterprint", function () {
    all.forEach(function (each) { each.open = each.dataset.was === "1"; });
  });
  query.addEventListener("input", update);
  boxes.forEach(function (box) { box.addEventListener("change", update); });
  window.addEventListener("hashchange", reveal);
  tools.hidden = false;
  update();
  reveal();
})();
