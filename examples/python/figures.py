#!/usr/bin/env python3
"""Draws three figures of a network with the Python package and matplotlib:

  traffic.png   bytes that the convolutions of one inference move, against the size of the buffer, with what no schedule moves less than
  layers.png    what each layer moves at one buffer size, tensor by tensor, as bus monitors observed it
  roofline.png  how near each layer comes to the machine's roof

usage: figures.py [NETWORK [BUFFER [FOLDER]]]     (alexnet 64KiB .)
"""

import pathlib
import sys

import matplotlib

matplotlib.use("Agg")  # files, no windows
import matplotlib.pyplot as plt  # noqa: E402

import hwcvp  # noqa: E402

TENSORS = {
    "input_read": "input",
    "weight_read": "weights",
    "output_write": "output",
    "psum_read": "partial sums, read",
    "psum_write": "partial sums, written",
    "params_read": "constants of channels",
}
# Of Okabe and Ito, which people who see fewer colours tell apart.
COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9"]


def new_figure(title, x, y):
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    axes.set(title=title, xlabel=x, ylabel=y)
    axes.grid(alpha=0.3)
    return figure, axes


def draw_traffic(network, path):
    points = hwcvp.sweep(network=network, buffers="8KiB..256KiB")["totals"]
    sizes = [point["buffer_bytes"] / 1024 for point in points]
    figure, axes = new_figure(f"{network}: least traffic of its convolutions", "buffer, KiB", "bytes moved, MB")
    axes.plot(sizes, [point["traffic"]["total"] / 1e6 for point in points], "o-", color=COLOURS[0], label="best schedules")
    for bound, style in (("proven", "--"), ("published", ":")):
        axes.plot(sizes, [point["lower_bound"][bound] / 1e6 for point in points], style, color=COLOURS[4], label=f"{bound} bound")
    axes.set_xscale("log", base=2)
    axes.set_xticks(sizes, [f"{size:g}" for size in sizes])
    axes.legend()
    figure.savefig(path, dpi=120)


def draw_layers(network, buffer, layers, path):
    figure, axes = new_figure(f"{network}, {buffer}: bytes that were observed", "", "MB")
    names = [layer["name"] for layer in layers]
    bottom = [0.0] * len(layers)
    for colour, (field, label) in zip(COLOURS, TENSORS.items()):
        heights = [layer["observed"]["traffic"][field] / 1e6 for layer in layers]
        axes.bar(names, heights, bottom=bottom, color=colour, label=label)
        bottom = [below + height for below, height in zip(bottom, heights)]
    axes.tick_params(axis="x", rotation=90)
    axes.legend()
    figure.savefig(path, dpi=120)


def draw_roofline(network, layers, path):
    figure, axes = new_figure(f"{network}: roofline", "multiplications per byte", "multiplications per cycle")
    for layer in layers:
        roof = layer["predicted"]["roofline"]
        axes.scatter(roof["macs_per_byte"], roof["achieved_macs_per_cycle"], color=COLOURS[0])
        axes.plot([roof["macs_per_byte"]] * 2, [roof["achieved_macs_per_cycle"], roof["attainable_macs_per_cycle"]], color=COLOURS[1], alpha=0.6)
        axes.annotate(layer["name"], (roof["macs_per_byte"], roof["achieved_macs_per_cycle"]), fontsize=7)
    axes.set_xscale("log")
    axes.set_yscale("log")
    figure.savefig(path, dpi=120)


def main():
    network, buffer, folder = (sys.argv[1:] + ["alexnet", "64KiB", "."][len(sys.argv) - 1 :])[:3]
    folder = pathlib.Path(folder)
    layers = hwcvp.run(network=network, buffer=buffer)["layers"]
    draw_layers(network, buffer, layers, folder / "layers.png")
    draw_roofline(network, layers, folder / "roofline.png")
    draw_traffic(network, folder / "traffic.png")


main()
