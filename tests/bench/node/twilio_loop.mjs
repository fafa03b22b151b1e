// Twilio's own SDK, its requests turned to this machine: BASE_URL POSTS REQUESTS IN_FLIGHT.
import http from 'node:http';
import twilio from 'twilio';
import { readPosts, sendAll } from './posts.mjs';
import { report } from './report.mjs';

const [baseUrl, file, requests, inFlight] = process.argv.slice(2);

class LoopbackClient extends twilio.RequestClient {
  constructor() {
    super();
    this.axios.defaults.httpAgent = new http.Agent({ keepAlive: true, maxSockets: Number(inFlight) });
  }
  request(options) {
    return super.request({ ...options, uri: options.uri.replace(/^https:\/\/[^/]*/, baseUrl) });
  }
}

const posts = readPosts(file, Number(requests)).map(({ sid, body }) => ({ sid, usage: JSON.parse(body) }));
const client = twilio(`AC${'1'.repeat(32)}`, 'bench', { httpClient: new LoopbackClient() });

await report(() => sendAll(posts, Number(inFlight), async ({ sid, usage }) => {
  const reply = await client.marketplace.v1.installedAddOns(sid).usage.create(usage);
  if (!reply.billableItems.every((item) => item.submitted)) throw new Error('not submitted');
}));
