// The requests as make_rows wrote them, and N workers that take the next one as soon as they are free.
import { readFileSync } from 'node:fs';

export function readPosts(file, atMost) {
  const lines = readFileSync(file, 'utf8').split('\n', atMost).filter((line) => line !== '');
  return lines.map((line) => ({ sid: line.slice(0, 34), body: line.slice(35) }));
}

export async function sendAll(posts, inFlight, send) {
  let next = 0;
  const worker = async () => {
    while (next < posts.length) await send(posts[next++]);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { requests: posts.length };
}
