// The time of the race on its curves: a line at the present, and what is still to come faded.

/** Places the line; at the end of the race it goes. */
export function veil(time, end) {
  const box = document.querySelector("[data-curves]"), mark = box?.querySelector("[data-veil]"), plot = box?.querySelector(".plot"), axes = plot?._fullLayout;
  if (!mark) { return; }
  if (!axes?.xaxis || time >= end) {
    mark.hidden = true;
    return;
  }
  const { xaxis, yaxis } = axes, outer = box.getBoundingClientRect(), inner = plot.getBoundingClientRect();
  const style = getComputedStyle(plot), left = inner.left - outer.left + parseFloat(style.paddingLeft) + xaxis._offset;
  const from = Math.min(xaxis._length, Math.max(0, xaxis.l2p(time)));
  mark.hidden = false;
  mark.style.transform = `translateX(${left + from}px)`;
  mark.style.top = `${inner.top - outer.top + yaxis._offset}px`;
  mark.style.width = `${xaxis._length - from + 2}px`;
  mark.style.height = `${yaxis._length}px`;
}
