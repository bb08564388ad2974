// Search on the home page. The index is cut into shards by pairs of characters; only those that a query needs are
// loaded, as scripts, so that it works from a disk as well.
(function () {
  "use strict";
  var form = document.querySelector("form.search");
  if (!form) return;
  var shards = Number(form.dataset.shards), root = form.dataset.root;
  var loaded = {}, waiting = {}, last = 0, MOST = 50, BLOCKS = 8;
  var input = form.elements.q, year = form.elements.year, kind = form.elements.kind;
  var status = form.querySelector(".status"), list = form.querySelector(".results");
  form.hidden = false;

  window.openbudgetIndex = function (name, content) {
    loaded[name] = content;
    (waiting[name] || []).forEach(function (done) { done(content); });
    delete waiting[name];
  };

  function load(name) {
    return new Promise(function (done) {
      if (name in loaded) return done(loaded[name]);
      if (waiting[name]) return waiting[name].push(done);
      waiting[name] = [done];
      var script = document.createElement("script");
      script.src = root + "search/" + name + ".js";
      script.onerror = function () { window.openbudgetIndex(name, {}); };
      document.head.appendChild(script);
    });
  }

  function normal(text) { return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim(); }

  function pairs(word) {
    var named = /^((?:19|20)\d\d)年?$/.exec(word); // a year is meant as a year
    if (named) return ["=" + named[1]];
    var characters = Array.from(word), made = [];
    if (characters.length === 1) return [characters[0]];
    for (var i = 0; i + 1 < characters.length; i++) made.push(characters[i] + characters[i + 1]);
    return made;
  }

  function shard(pair) {
    var sum = 0;
    for (var i = 0; i < pair.length; i++) sum = (sum * 31 + pair.charCodeAt(i)) % 65521;
    return sum % shards;
  }

  function numbers(packed) { // differences in base 36
    var at = 0;
    return packed.split(" ").map(function (step) { return (at += parseInt(step, 36)); });
  }

  function find(words) {
    var grams = [];
    words.forEach(function (word) { grams = grams.concat(pairs(word)); });
    return Promise.all(grams.map(function (gram) {
      return load("s" + shard(gram)).then(function (part) { return part[gram] ? numbers(part[gram]) : []; });
    })).then(function (lists) {
      if (!lists.length) return [];
      lists.sort(function (a, b) { return a.length - b.length; });
      return lists.slice(1).reduce(function (kept, next) {
        var has = new Set(next);
        return kept.filter(function (id) { return has.has(id); });
      }, lists[0]);
    });
  }

  function blocksOf(ids) { return Array.from(new Set(ids.map(function (id) { return Math.floor(id / 200); }))); }

  // those that say the words in what is shown come first: pairs alone also find what has them apart
  function ranked(found, words) {
    function says(entry) {
      var text = normal(entry[1] + " " + entry[2] + " " + entry[3]);
      return words.every(function (word) { return text.indexOf(word.replace(/^(\d{4})年$/, "$1")) >= 0; });
    }
    return found.filter(says).concat(found.filter(function (entry) { return !says(entry); }));
  }

  function entries(ids) {
    return Promise.all(blocksOf(ids).map(function (block) { return load("e" + block); })).then(function () {
      return ids.map(function (id) { return loaded["e" + Math.floor(id / 200)][id % 200]; }).filter(Boolean);
    });
  }

  function show(found, total) {
    list.textContent = "";
    status.textContent = total ? form.dataset.found.replace("#", total) : form.dataset.none;
    found.forEach(function (entry) {
      var item = document.createElement("li"), link = document.createElement("a"), small = document.createElement("small");
      link.href = root + "packages/" + entry[0] + "/" + form.dataset.en + "index.html";
      link.textContent = entry[1] + " · " + entry[3] + " " + (entry[4] === "budget" ? form.dataset.budget : form.dataset.final);
      small.textContent = entry[2] + (entry[5] ? " · " + form.dataset.spending + " " + entry[5] : "");
      item.append(link, small);
      list.appendChild(item);
    });
  }

  function search() {
    var turn = ++last;
    var words = normal(input.value).split(" ").filter(Boolean);
    if (!words.length && !year.value) { list.textContent = ""; status.textContent = ""; return; }
    var started = performance.now();
    var plain = words.concat(year.value ? [year.value] : []);
    find(plain).then(function (ids) {
      var whole = kind.value || year.value || blocksOf(ids).length <= BLOCKS;
      return entries(whole ? ids : ids.slice(0, MOST)).then(function (found) {
        if (turn !== last) return;
        found = ranked(found, words);
        found = found.filter(function (entry) {
          return (!kind.value || entry[4] === kind.value) && (!year.value || String(entry[3]) === year.value);
        });
        show(found.slice(0, MOST), kind.value || year.value ? found.length : ids.length);
        form.dataset.took = (performance.now() - started).toFixed(1);
      });
    });
  }

  // whoever goes to the box will type: what most answers need is there by then
  function prepare() {
    var wanted = [];
    for (var i = 0; i < Math.min(Number(form.dataset.blocks), BLOCKS); i++) wanted.push(load("e" + i));
    for (var n = 0; shards <= BLOCKS && n < shards; n++) wanted.push(load("s" + n));
    Promise.all(wanted).then(function () { form.dataset.ready = "yes"; });
  }

  input.addEventListener("focus", prepare, { once: true });
  [input, year, kind].forEach(function (part) { part.addEventListener("input", search); });
  form.addEventListener("submit", function (event) { event.preventDefault(); search(); });
  var asked = new URLSearchParams(location.search); // ?year=2021 from the list of years, ?q= from anywhere
  if (asked.get("q")) input.value = asked.get("q");
  if (asked.get("year")) year.value = asked.get("year");
  if (input.value || year.value) search();
})();
