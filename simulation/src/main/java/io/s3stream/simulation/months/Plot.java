package io.s3stream.simulation.months;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws the store's contents day by day: objects of several streams, all objects, ranges. */
final class Plot {

    private static final int WIDTH = 480;
    private static final int HEIGHT = 360;

    private Plot() {}

    static void write(Path file, List<String> names, List<List<Months.Day>> lines) throws IOException {
        List<XYChart> charts = List.of(
                chart("objects of several streams", names, lines, Months.Day::shared),
                chart("objects of one stream", names, lines, Months.Day::own),
                chart("ranges in the metadata", names, lines, Months.Day::ranges));
        BitmapEncoder.saveBitmap(charts, 1, charts.size(), file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static XYChart chart(
            String title, List<String> names, List<List<Months.Day>> lines, ToDoubleFunction<Months.Day> value) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("day")
                .build();
        for (int i = 0; i < lines.size(); i++) {
            double[] days = lines.get(i).stream().mapToDouble(Months.Day::day).toArray();
            double[] values = lines.get(i).stream().mapToDouble(value).toArray();
            chart.addSeries(names.get(i), days, values).setMarker(SeriesMarkers.NONE);
        }
        return chart;
    }
}
