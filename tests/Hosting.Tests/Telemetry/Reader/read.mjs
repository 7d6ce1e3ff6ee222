// Standard input: a metrics page. Standard output: the same as JSON.
import { readFileSync } from 'node:fs';
import parse from 'parse-prometheus-text-format';

process.stdout.write(JSON.stringify(parse(readFileSync(0, 'utf8'))));
