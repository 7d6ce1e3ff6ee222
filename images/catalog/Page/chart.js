// Draws the prices of a product as steps, a line for each partner.

const colors = ["#2563eb", "#d97706", "#059669", "#7c3aed"];

export function draw(canvas, points, now) {
  const width = canvas.width = canvas.clientWidth * devicePixelRatio;
  const height = canvas.height = canvas.clientHeight * devicePixelRatio;
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, width, height);
  const priced = points.filter(point => point.price !== undefined);
  if (priced.length === 0) return;
  const times = points.map(point => Date.parse(point.at));
  const first = Math.min(...times), last = Math.max(now, ...times);
  const lowest = Math.min(...priced.map(point => point.price)), highest = Math.max(...priced.map(point => point.price));
  const edge = 8 * devicePixelRatio;
  // The names stand above the lines, where none of them reaches.
  const top = 26 * devicePixelRatio;
  let named = edge;
  const x = time => edge + (width - 2 * edge) * (last === first ? 1 : (time - first) / (last - first));
  const y = price => height - edge - (height - edge - top) * (highest === lowest ? 0.5 : (price - lowest) / (highest - lowest));
  const partners = [...new Set(points.map(point => point.partner))].sort();
  partners.forEach((partner, place) => {
    pen.strokeStyle = pen.fillStyle = colors[place % colors.length];
    pen.lineWidth = 2 * devicePixelRatio;
    const own = points.filter(point => point.partner === partner);
    own.forEach((point, at) => {
      if (point.price === undefined) return;
      const until = at + 1 < own.length ? Date.parse(own[at + 1].at) : last;
      pen.globalAlpha = point.in_stock ? 1 : 0.35;
      pen.beginPath();
      pen.moveTo(x(Date.parse(point.at)), y(point.price));
      pen.lineTo(x(until), y(point.price));
      if (own[at + 1]?.price !== undefined) pen.lineTo(x(until), y(own[at + 1].price));
      pen.stroke();
    });
    pen.globalAlpha = 1;
    pen.font = `${12 * devicePixelRatio}px system-ui`;
    pen.fillText(partner, named, 16 * devicePixelRatio);
    named += pen.measureText(partner).width + 2 * edge;
  });
}
