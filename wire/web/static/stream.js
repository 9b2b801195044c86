// A SharedWorker: all tabs of a browser listen to one stream.
const AGAIN_MS = 1000;
const ports = new Set();
let stream = null;

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

// After an answer that is no stream (a proxy's 502 while the centre restarts) a browser gives up for good: begin again.
function listen() {
  stream = new EventSource("/events");
  stream.onopen = () => tell("open");
  stream.onmessage = (message) => tell(message.data);
  stream.onerror = () => stream.readyState === EventSource.CLOSED && setTimeout(listen, AGAIN_MS);
}

onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  if (stream && stream.readyState === EventSource.OPEN) port.postMessage("open");
  if (!stream) listen();
};
