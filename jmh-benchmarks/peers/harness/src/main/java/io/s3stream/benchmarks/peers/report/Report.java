package io.s3stream.benchmarks.peers.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;

/** Writes the results: a section of {@code performance.md}, pictures, and a page that contains all of it. */
public final class Report {

    private static final String HEADING = "Other durable journals";
    private static final String FOLDER = "peers";
    private static final String PAGE = "index.html";

    private final List<Table> tables;
    private final List<Plot> plots;
    private final List<String> conditions;

    /** @param conditions sentences about the machine and the run, for the reader of the tables */
    public Report(Results results, List<String> conditions) {
        this.tables = new Tables(results).all();
        this.plots = new Plots(results).all();
        this.conditions = List.copyOf(conditions);
    }

    /** Returns the conditions and the tables. */
    public String markdown() {
        return String.join(" ", conditions)
                + "\n\n"
                + tables.stream().map(Table::markdown).collect(Collectors.joining());
    }

    /** Writes everything below the directory of the documents. */
    public void write(Path documents) throws IOException {
        Path folder = Files.createDirectories(documents.resolve(FOLDER));
        Map<Plot, byte[]> pictures = new LinkedHashMap<>();
        for (Plot plot : plots) {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(BarChart.draw(plot), "png", png);
            pictures.put(plot, png.toByteArray());
            Files.write(folder.resolve(plot.file()), png.toByteArray());
        }
        Files.writeString(folder.resolve(PAGE), html(pictures));
        StringBuilder section = new StringBuilder(markdown());
        plots.forEach(plot -> section.append(String.format("![%s](%s/%s)%n%n", plot.title(), FOLDER, plot.file())));
        section.append("[A page with all of it](" + FOLDER + "/" + PAGE + ")\n");
        MarkedSection.write(documents.resolve("performance.md"), HEADING, section.toString());
    }

    private String html(Map<Plot, byte[]> pictures) {
        StringBuilder page = new StringBuilder("""
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <title>Other durable journals</title>
                <style>
                body { font-family: sans-serif; max-width: 1500px; margin: 2em auto; padding: 0 1em; }
                table { border-collapse: collapse; margin-bottom: 2em; font-variant-numeric: tabular-nums; }
                th, td { border: 1px solid #ccc; padding: 0.3em 0.6em; text-align: left; font-size: 0.9em; }
                th { background: #f0f0f0; }
                img { max-width: 100%; margin-bottom: 2em; }
                </style>
                </head>
                <body>
                """);
        page.append("<h1>").append(HEADING).append("</h1>\n<p>");
        page.append(Table.escaped(String.join(" ", conditions))).append("</p>\n");
        pictures.forEach((plot, png) -> page.append("<img alt=\"")
                .append(Table.escaped(plot.title()))
                .append("\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(png))
                .append("\">\n"));
        tables.forEach(table -> page.append(table.html()));
        return page.append("</body>\n</html>\n").toString();
    }
}
