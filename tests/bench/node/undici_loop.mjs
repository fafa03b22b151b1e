// undici, the client that Node's fetch is made of: BASE_URL POSTS REQUESTS IN_FLIGHT.
import { Pool } from 'undici';
import { readPosts, sendAll } from './posts.mjs';
import { report } from './report.mjs';

const [baseUrl, file, requests, inFlight] = process.argv.slice(2);
const posts = readPosts(file, Number(requests));
const pool = new Pool(baseUrl, { connections: Number(inFlight), pipelining: 1 });
const headers = {
  'content-type': 'application/json',
  accept: 'application/json',
  authorization: `Basic ${Buffer.from(`AC${'1'.repeat(32)}:bench`).toString('base64')}`,
};

await report(() => sendAll(posts, Number(inFlight), async ({ sid, body }) => {
  const reply = await pool.request({ path: `/v1/InstalledAddOns/${sid}/Usage`, method: 'POST', headers, body });
  if (reply.statusCode !== 202) throw new Error(`status ${reply.statusCode}`);
  await reply.body.json();
}));
await pool.close();
