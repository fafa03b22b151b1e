// DuckDB: the checks of `validate` on every row, and all rows kept in lists, one for each installation.
import { DuckDBInstance } from '@duckdb/node-api';
import { report } from './report.mjs';

// Amounts in 64 bits: DuckDB casts to wider decimals about thirty times slower. So they have at most 9 and 6 digits here.
const checked = `
  SELECT InstalledAddOnSid AS installation, BillingSid AS sid, TRY_CAST(Amount AS DECIMAL(18, 6)) AS quantity,
         regexp_full_match(InstalledAddOnSid, 'XE[0-9a-fA-F]{32}') AND regexp_full_match(BillingSid, '[!-~]{1,256}')
         AND regexp_full_match(Amount, '[0-9]{1,9}(\\.[0-9]{1,6})?') AND TRY_CAST(Amount AS DECIMAL(18, 6)) > 0 AS valid
  FROM read_csv($file, header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')`;
const grouped = `
  CREATE TEMP TABLE installations AS
  SELECT installation, list({'sid': sid, 'quantity': quantity}) AS items, sum(quantity) AS total,
         count(*) FILTER (NOT valid OR valid IS NULL) AS problems
  FROM (${checked}) GROUP BY installation`;
const summed = `
  SELECT count(*)::VARCHAR AS installations, sum(len(items))::VARCHAR AS rows, sum(total)::VARCHAR AS total,
         sum(problems)::VARCHAR AS problems FROM installations`;

const database = await DuckDBInstance.create(':memory:');
const connection = await database.connect();
await report(async () => {
  await connection.run(grouped.replace('$file', `'${process.argv[2].replaceAll("'", "''")}'`));
  const found = (await connection.runAndReadAll(summed)).getRowObjectsJson()[0];
  return { ...found, threads: (await connection.runAndReadAll(`SELECT current_setting('threads')`)).getRowsJson()[0][0] };
});
