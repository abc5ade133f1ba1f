// A real Bluesky server with a directory of its own, both on free ports of 127.0.0.1.
//
//     node server.mjs FOLDER
//
// Keeps everything in FOLDER, prints one line of JSON that says where it listens, and stops when
// its standard input ends, so that nothing is left running behind tests that were killed.

import crypto from "node:crypto";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
// The packages stand beside the program that is run or where PDS_PACKAGES says, never in the tree.
const packages = resolve(process.env.PDS_PACKAGES);
const require = createRequire(join(packages, "package.json"));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

// Four passwords are hashed in every test, each as slowly as the real ones must be.
const { scrypt } = crypto;
crypto.scrypt = (password, salt, length, ...rest) =>
  scrypt(password, salt, length, { N: 2 }, rest.at(-1));

const { PDS, envToCfg, envToSecrets } = (await load("@atproto/pds")).default;
const { PlcServer, Database } = (await load("@did-plc/server")).default;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

// The directory listens wherever its library likes: this keeps it on this machine.
function onLoopback(app) {
  const listen = app.listen.bind(app);
  app.listen = (port, ...rest) => listen(port, "127.0.0.1", ...rest);
}

const plcPort = await freePort();
const plc = PlcServer.create({ db: Database.mock(), port: plcPort });
onLoopback(plc.app);
await plc.start();

const port = await freePort();
const blobs = join(folder, "blobs");
mkdirSync(blobs, { recursive: true });
const environment = {
  port,
  hostname: "localhost",
  devMode: true,
  inviteRequired: false,
  serviceHandleDomains: [".test"],
  didPlcUrl: `http://127.0.0.1:${plcPort}`,
  bskyAppViewUrl: undefined,
  dataDirectory: folder,
  blobstoreDiskLocation: blobs,
  blobstoreDiskTmpLocation: join(folder, "blobs-tmp"),
  disableSsrfProtection: true,
  rateLimitsEnabled: process.env.PDS_LIMITS === "yes",
  jwtSecret: "jwt-secret-of-the-tests",
  adminPassword: "admin-of-the-tests",
  plcRotationKeyK256PrivateKeyHex: "4a".repeat(32),
  crawlers: [],
};
const pds = await PDS.create(envToCfg(environment), envToSecrets(environment));
onLoopback(pds.app);
await pds.start();

process.stdout.write(JSON.stringify({ url: `http://127.0.0.1:${port}` }) + "\n");

process.stdin.resume();
process.stdin.on("end", async () => {
  const stopped = Promise.allSettled([pds.destroy(), plc.destroy()]);
  await Promise.race([stopped, new Promise((done) => setTimeout(done, 3000))]);
  process.exit(0);
});
