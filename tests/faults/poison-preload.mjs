// Loaded before the product by the run F13: a delivery that says so ends the process that reads it, as a bug of a parser would.
const parse = JSON.parse
JSON.parse = (text, reviver) => {
  if (typeof text === 'string' && text.includes('"ends the reader"')) process.kill(process.pid, 'SIGKILL')
  return parse(text, reviver)
}
