// Shows the sections that have all words that were asked for. Without it the page is an index to read.
"use strict";
const box = document.querySelector("form [name=q]");
const show = () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const section of document.querySelectorAll("main section")) {
    let here = 0;
    for (const item of section.querySelectorAll("li")) {
      const text = (item.dataset.words + " " + item.textContent).toLowerCase();
      item.hidden = !words.every(word => text.includes(word));
      if (!item.hidden) here++;
    }
    section.hidden = !here;
    found += here;
  }
  document.getElementById("none").hidden = found > 0;
};
box.value = new URLSearchParams(location.search).get("q") || "";
box.addEventListener("input", show);
show();
