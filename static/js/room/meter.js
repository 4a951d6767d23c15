// The level of the microphone, as the width of a bar.
export function meter(bar) {
  let context = null;
  let source = null;
  let analyser = null;
  let track = null;

  function draw() {
    if (!track) return;
    const values = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(values);
    const loudness = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    bar.style.inlineSize = `${Math.min(100, Math.round(Math.sqrt(loudness) * 140))}%`;
    requestAnimationFrame(draw);
  }

  return (next) => {
    if (next === track) return;
    source?.disconnect();
    track = next;
    bar.style.inlineSize = "0";
    if (!next || !window.AudioContext) return;
    context ??= new AudioContext();
    context.resume();
    analyser = context.createAnalyser();
    source = context.createMediaStreamSource(new MediaStream([next]));
    source.connect(analyser);
    draw();
  };
}
