// polars: the sum of one column, in binary floating point, and nothing else.
import pl from 'nodejs-polars';
import { report } from './report.mjs';

await report(async () => {
  const frame = pl.readCSV(process.argv[2], { columns: ['Amount'], inferSchemaLength: 100 });
  return { total: String(frame.getColumn('Amount').sum()) };
});
