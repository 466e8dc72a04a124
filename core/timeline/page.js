"use strict";
(() => {
	const tip = document.createElement("div");
	tip.id = "tip";
	tip.setAttribute("role", "status");
	tip.hidden = true;
	document.body.append(tip);

	/* Beside the thing, inside the window. What has the focus keeps it while the page scrolls. */
	let held = null;
	const place = (box) => {
		const own = tip.getBoundingClientRect();
		const left = Math.min(Math.max(10, box.left), innerWidth - own.width - 10);
		const below = box.bottom + 10;
		const top = below + own.height > innerHeight ? box.top - own.height - 10 : below;
		tip.style.left = left + "px";
		tip.style.top = Math.max(6, top) + "px";
	};
	const show = (text, thing, hold) => {
		held = hold ? thing : null;
		tip.textContent = text;
		tip.hidden = false;
		place(thing.getBoundingClientRect());
	};
	const hide = () => {
		held = null;
		tip.hidden = true;
	};
	const scrolled = () => {
		if (held)
			place(held.getBoundingClientRect());
		else
			hide();
	};

	/* The row of an event lies in parts that are closed. */
	const reveal = () => {
		const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
		if (!row)
			return;
		for (let part = row.parentElement; part; part = part.parentElement)
			if (part.tagName === "DETAILS")
				part.open = true;
		row.scrollIntoView({ block: "center" });
	};
	addEventListener("hashchange", reveal);
	addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
	addEventListener("scroll", scrolled, { passive: true, capture: true });
	reveal();

	const elements = (chart) => {
		const about = (event) => event.target.closest && event.target.closest("a.bar, a.mark");
		const on = (event) => {
			const thing = about(event);
			if (thing)
				show(thing.getAttribute("aria-label"), thing, event.type === "focusin");
		};
		chart.addEventListener("pointerover", on);
		chart.addEventListener("focusin", on);
		chart.addEventListener("pointerout", hide);
		chart.addEventListener("focusout", hide);
	};

	/* A row that is drawn as paths: what is pointed at is found by its place. */
	const packed = (track, id) => {
		const data = JSON.parse(track.querySelector("script").textContent);
		const name = track.parentElement.querySelector(".label span").textContent;
		const cursor = document.createElement("div");
		cursor.className = "cursor";
		cursor.hidden = true;
		track.append(cursor);
		let at = -1;
		const pick = (index, hold) => {
			at = index;
			cursor.hidden = at < 0;
			if (at < 0) {
				hide();
				return;
			}
			const [left, width, top, height, , text] = data[at];
			cursor.style.cssText = `left:${left / 10}%;width:${width / 10}%;top:${top}px;height:${height}px`;
			const chart = track.closest(".chart"), box = cursor.getBoundingClientRect();
			const frame = chart.getBoundingClientRect();
			if (box.left > frame.right || box.right < frame.left)
				cursor.scrollIntoView({ block: "nearest", inline: "center" });
			show(name + "\n" + text, cursor, hold);
		};
		const nearest = (event) => {
			const box = track.getBoundingClientRect();
			const x = (event.clientX - box.left) / box.width * 1000, y = event.clientY - box.top;
			const reach = 8 / box.width * 1000;
			let best = -1, least = Infinity;
			data.forEach(([left, width, top, height], index) => {
				const across = Math.max(left - x, x - left - width, 0);
				const down = Math.max(top - y, y - top - height, 0);
				if (across > reach || across + 4 * down >= least)
					return;
				least = across + 4 * down;
				best = index;
			});
			return best;
		};
		track.addEventListener("pointermove", (event) => pick(nearest(event)));
		track.addEventListener("pointerleave", () => pick(-1));
		track.addEventListener("click", () => { if (at >= 0) location.hash = `${id}-e${data[at][4]}`; });
		track.addEventListener("focus", () => { if (at < 0 && track.matches(":focus-visible")) pick(0, true); });
		track.addEventListener("blur", () => pick(-1));
		track.addEventListener("keydown", (event) => {
			const last = data.length - 1;
			const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
			if (to !== undefined) {
				pick(Math.min(Math.max(to, 0), last), true);
				event.preventDefault();
			} else if (event.key === "Enter" && at >= 0) {
				location.hash = `${id}-e${data[at][4]}`;
			}
		});
	};

	/* Ticks as the program chose them, for the part of the axis that fits the window. */
	const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3,
		300e3, 600e3, 900e3, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 432e6, 864e6, 1728e6, 432e7];
	const words = (ms) => {
		const [size, unit] = ms < 1e3 ? [1, "ms"] : ms < 60e3 ? [1e3, "s"] : ms < 36e5 ? [60e3, "min"]
			: ms < 864e5 ? [36e5, "h"] : [864e5, "d"];
		return ms ? +(ms / size).toFixed(1) + " " + unit : "0";
	};
	const mostZoom = 64;
	const zoomable = (figure) => {
		const inner = figure.querySelector(".inner"), chart = figure.querySelector(".chart");
		const ticks = figure.querySelector(".ticks"), grid = figure.querySelector(".grid");
		const span = +figure.dataset.ms;
		const bar = document.createElement("div");
		let zoom = 1;
		const mark = () => {
			const most = Math.max(3, ticks.getBoundingClientRect().width / 90);
			const step = steps.find((one) => span / one <= most) || span;
			ticks.replaceChildren();
			grid.replaceChildren();
			for (let at = 0; at <= span && ticks.childElementCount < 2000; at += step) {
				const tick = document.createElement("i"), word = document.createElement("b");
				tick.style.left = 100 * at / span + "%";
				grid.append(tick.cloneNode());
				word.textContent = words(at);
				tick.append(word);
				ticks.append(tick);
			}
		};
		const to = (next) => {
			const middle = (chart.scrollLeft + chart.clientWidth / 2) / inner.offsetWidth;
			zoom = Math.min(Math.max(next, 1), mostZoom);
			inner.style.setProperty("--zoom", zoom);
			chart.scrollLeft = middle * inner.offsetWidth - chart.clientWidth / 2;
			bar.children[0].disabled = zoom <= 1;
			bar.children[1].disabled = zoom >= mostZoom;
			mark();
		};
		const button = (text, label, next) => {
			const made = document.createElement("button");
			made.type = "button";
			made.textContent = text;
			made.setAttribute("aria-label", label);
			made.addEventListener("click", () => to(next()));
			bar.append(made);
		};
		bar.className = "zoom";
		button("\u2212", "zoom out", () => zoom / 2);
		button("+", "zoom in", () => zoom * 2);
		button("fit", "fit the width", () => 1);
		figure.querySelector("figcaption").append(bar);
		to(1);
		addEventListener("resize", mark);
	};

	for (const figure of document.querySelectorAll("figure.timeline")) {
		elements(figure.querySelector(".chart"));
		zoomable(figure);
		for (const track of figure.querySelectorAll(".packed"))
			packed(track, figure.dataset.id);
	}
})();
