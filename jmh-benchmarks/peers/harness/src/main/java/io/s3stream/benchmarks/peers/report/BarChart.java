package io.s3stream.benchmarks.peers.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Draws groups of bars over a logarithmic axis, with the range of each bar as a line. Needs no display. */
final class BarChart {

    private static final int WIDTH = 1500;
    private static final int HEIGHT = 700;
    private static final int LEFT = 80;
    private static final int RIGHT = 20;
    private static final int TOP = 60;
    private static final int BOTTOM = 110;
    private static final int LEGEND_STEP = 24;
    private static final double GROUP_SHARE = 0.88;

    /** Colours that differ in hue or brightness from their neighbours and from the blue of this library. */
    private static final List<Color> OTHERS = IntStream.of(
                    0xE6194B, 0xF58231, 0xFFC53D, 0x2E8B57, 0x7B2D8E, 0xE377C2, 0x8C564B, 0x9ACD32, 0x17BEBF, 0x2F2F2F)
            .mapToObj(Color::new)
            .toList();

    private final Plot plot;
    private final Graphics2D canvas;
    private final double lowest;
    private final double highest;

    private BarChart(Plot plot, Graphics2D canvas) {
        this.plot = plot;
        this.canvas = canvas;
        double min = Double.MAX_VALUE;
        double max = Double.MIN_VALUE;
        for (Plot.Series series : plot.series()) {
            for (Spread bar : series.bars()) {
                if (bar != null && bar.max() > 0) {
                    min = Math.min(min, bar.min() > 0 ? bar.min() : bar.max());
                    max = Math.max(max, bar.max());
                }
            }
        }
        this.lowest = min > max ? 0 : Math.floor(Math.log10(min) - 0.1);
        this.highest = min > max ? 1 : Math.max(lowest + 1, Math.ceil(Math.log10(max) - 1e-9));
    }

    static BufferedImage draw(Plot plot) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D canvas = image.createGraphics();
        try {
            canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            canvas.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            canvas.setColor(Color.WHITE);
            canvas.fillRect(0, 0, WIDTH, HEIGHT);
            BarChart chart = new BarChart(plot, canvas);
            chart.axis();
            chart.bars();
            chart.legend();
        } finally {
            canvas.dispose();
        }
        return image;
    }

    private void axis() {
        canvas.setColor(Color.BLACK);
        canvas.setFont(font(Font.BOLD, 22));
        canvas.drawString(plot.title(), LEFT, 36);
        canvas.setFont(font(Font.PLAIN, 15));
        for (double decade = lowest; decade <= highest; decade++) {
            for (int step = 1; step < 10; step++) {
                double value = Math.pow(10, decade) * step;
                if (Math.log10(value) <= highest + 1e-9) {
                    int y = y(value);
                    canvas.setColor(step == 1 ? Color.GRAY : new Color(0xE8E8E8));
                    canvas.drawLine(LEFT, y, WIDTH - RIGHT, y);
                    if (step == 1) {
                        String label = label(value);
                        canvas.setColor(Color.BLACK);
                        int width = canvas.getFontMetrics().stringWidth(label);
                        canvas.drawString(label, LEFT - 8 - width, y + 5);
                    }
                }
            }
        }
    }

    private void bars() {
        int count = Math.max(1, plot.series().size());
        double group =
                (double) (WIDTH - LEFT - RIGHT) / Math.max(1, plot.groups().size());
        double bar = group * GROUP_SHARE / count;
        for (int g = 0; g < plot.groups().size(); g++) {
            double left = LEFT + g * group + group * (1 - GROUP_SHARE) / 2;
            for (int s = 0; s < count && s < plot.series().size(); s++) {
                bar(plot.series().get(s).bars().get(g), color(s), left + s * bar, bar);
            }
            canvas.setColor(Color.BLACK);
            canvas.setFont(font(Font.BOLD, 16));
            String label = plot.groups().get(g);
            int width = canvas.getFontMetrics().stringWidth(label);
            canvas.drawString(label, (int) (LEFT + (g + 0.5) * group - width / 2.0), HEIGHT - BOTTOM + 22);
        }
    }

    private void bar(@Nullable Spread bar, Color color, double left, double width) {
        if (bar == null || bar.median() <= 0) {
            return;
        }
        int top = y(bar.median());
        canvas.setColor(color);
        canvas.fillRect((int) left, top, Math.max(1, (int) (width - 1)), HEIGHT - BOTTOM - top);
        if (bar.min() > 0 && bar.max() > bar.min()) {
            int middle = (int) (left + width / 2);
            canvas.setColor(Color.BLACK);
            canvas.setStroke(new BasicStroke(1.5f));
            canvas.drawLine(middle, y(bar.min()), middle, y(bar.max()));
        }
    }

    private void legend() {
        canvas.setFont(font(Font.PLAIN, 15));
        int x = LEFT;
        int y = HEIGHT - BOTTOM + 52;
        for (int s = 0; s < plot.series().size(); s++) {
            String name = plot.series().get(s).name();
            int width = canvas.getFontMetrics().stringWidth(name) + 40;
            if (x + width > WIDTH - RIGHT) {
                x = LEFT;
                y += LEGEND_STEP;
            }
            canvas.setColor(color(s));
            canvas.fillRect(x, y - 12, 14, 14);
            canvas.setColor(Color.BLACK);
            canvas.drawString(name, x + 19, y);
            x += width;
        }
    }

    private int y(double value) {
        double share = (Math.log10(Math.max(value, Math.pow(10, lowest))) - lowest) / (highest - lowest);
        return (int) Math.round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM));
    }

    /** Returns grey for the device, blue for this library, and other colours for the rest. */
    private Color color(int series) {
        String name = plot.series().get(series).name();
        if (name.startsWith("raw")) {
            return name.equals("raw") ? new Color(0x606060) : new Color(0xB0B0B0);
        }
        if (name.startsWith("s3stream")) {
            return name.equals("s3stream") ? new Color(0x0B5FCC) : new Color(0x6FA8F0);
        }
        return OTHERS.get(series % OTHERS.size());
    }

    private static String label(double value) {
        return value >= 1
                ? String.format(Locale.ROOT, "%,.0f", value).replace(',', ' ')
                : String.format(Locale.ROOT, "%s", (float) value);
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
