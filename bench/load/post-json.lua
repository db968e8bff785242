-- wrk: POST the JSON of NAVETTE_BENCH_BODY and print the result as one line of JSON.
wrk.method = "POST"
wrk.body = os.getenv("NAVETTE_BENCH_BODY")
wrk.headers["content-type"] = "application/json"

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"answers":%d,"durationUs":%d,"p50Us":%d,"p90Us":%d,"p99Us":%d,"maxUs":%d,' ..
    '"refused":%d,"broken":%d,"timedOut":%d,"badStatus":%d}\n',
    summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    errors.connect, errors.read + errors.write, errors.timeout, errors.status))
end
