// A SharedWorker: all tabs of a browser listen to one stream.
const ports = new Set();
let stream = null;

function tell(message) {
  for (const port of ports) port.postMessage(message);
}

onconnect = (event) => {
  const port = event.ports[0];
  ports.add(port);
  if (stream && stream.readyState === EventSource.OPEN) port.postMessage("open");
  if (stream) return;
  stream = new EventSource("/events");
  stream.onopen = () => tell("open");
  stream.onmessage = (message) => tell(message.data);
};
