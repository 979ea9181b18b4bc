import { classify, load } from './liteblock.js';

const model = await load(new URL('model.lbm', import.meta.url));

const canvas = document.querySelector('canvas');
const context = canvas.getContext('2d', { willReadFrequently: true });
const list = document.querySelector('ol');

/** Shows the best classes of an image. `classify` resizes it as the command line does. */
function show(image) {
  const classes = classify(model, image);
  list.replaceChildren(
    ...classes.map(({ index, label, score }) => {
      const item = document.createElement('li');
      item.textContent = `${label ?? index}: ${score.toFixed(3)}`;
      return item;
    }),
  );
}

/** The pixels of a picture at its own size: every browser resizes a canvas in its own way. */
function pixelsOf(picture) {
  const { width, height } = picture;
  const whole = Object.assign(document.createElement('canvas'), { width, height }).getContext('2d');
  whole.drawImage(picture, 0, 0);
  return whole.getImageData(0, 0, width, height);
}

function clear() {
  context.fillStyle = 'black';
  context.fillRect(0, 0, canvas.width, canvas.height);
  list.replaceChildren();
}

Object.assign(context, { strokeStyle: 'white', lineWidth: 28, lineCap: 'round', lineJoin: 'round' });
clear();

canvas.addEventListener('pointerdown', ({ offsetX, offsetY, pointerId }) => {
  canvas.setPointerCapture(pointerId);
  context.beginPath();
  context.moveTo(offsetX, offsetY);
});
canvas.addEventListener('pointermove', ({ offsetX, offsetY, buttons }) => {
  if (!buttons) return;
  context.lineTo(offsetX, offsetY);
  context.stroke();
  show(context.getImageData(0, 0, canvas.width, canvas.height));
});
document.querySelector('button').addEventListener('click', clear);
document.querySelector('input').addEventListener('change', async ({ target }) => {
  const picture = await createImageBitmap(target.files[0], { colorSpaceConversion: 'none' });
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  show(pixelsOf(picture));
});
