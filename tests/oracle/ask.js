// Reads a list of texts as JSON and writes what the platforms' own libraries say of each.
"use strict";
const texts = JSON.parse(require("fs").readFileSync(0, "utf8"));
const twitter = require("twitter-text");
const { RichText } = require("@atproto/api");

function onX(text) {
  const { weightedLength, valid } = twitter.parseTweet(text);
  const spans = twitter.extractEntitiesWithIndices(text).map((found) => {
    const kind = ["url", "hashtag", "cashtag", "screenName"].find((name) => name in found);
    return [kind, ...found.indices];
  });
  return [weightedLength, valid, spans];
}

function onBluesky(text) {
  const rich = new RichText({ text });
  rich.detectFacetsWithoutResolution();
  const spans = (rich.facets || []).map((facet) => {
    const feature = facet.features[0];
    const bare = feature.uri && !/^https?:/i.test(feature.uri);
    const leadsTo = bare ? `https://${feature.uri}` : feature.uri ?? feature.tag ?? feature.did;
    return [facet.index.byteStart, facet.index.byteEnd, leadsTo];
  });
  return [rich.graphemeLength, rich.length, spans];
}

// Texts a second, the best of three.
function speed(ask) {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const started = process.hrtime.bigint();
    texts.forEach(ask);
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e9);
  }
  return texts.length / best;
}

const questions = {
  x: () => texts.map(onX),
  bluesky: () => texts.map(onBluesky),
  speed: () => [speed(onX), speed((text) => twitter.parseTweet(text)), speed(onBluesky)],
};
process.stdout.write(JSON.stringify(questions[process.argv[2]]()));
