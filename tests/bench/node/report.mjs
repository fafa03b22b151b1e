// Runs the work and prints one JSON line: its own time and CPU, without what starting node and loading modules cost.
export async function report(work) {
  const cpu = process.cpuUsage();
  const begin = process.hrtime.bigint();
  const found = await work();
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const used = process.cpuUsage(cpu);
  console.log(JSON.stringify({ seconds, cpu_seconds: (used.user + used.system) / 1e6, ...found }));
}
