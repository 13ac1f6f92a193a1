import com.android.manifmerger.ManifestMerger2;
import com.android.manifmerger.ManifestMerger2.Invoker.Feature;
import com.android.manifmerger.MergingReport;
import com.android.utils.NullLogger;
import java.io.File;

/** Merges manifests as the build of an app does: its own with those of its libraries, the first winning. */
public class Merge {
    /** Each argument is one app: paths between colons, its own first. */
    public static void main(String[] apps) throws Exception {
        for (String app : apps) {
            System.out.println(merged(app.split(":")));
            System.out.println("\f");
        }
    }

    private static String merged(String[] paths) throws Exception {
        ManifestMerger2.Invoker<?> merger =
                ManifestMerger2.newMerger(
                        new File(paths[0]), new NullLogger(), ManifestMerger2.MergeType.APPLICATION);
        for (int index = 1; index < paths.length; index++) {
            merger.addLibraryManifest(new File(paths[index]));
        }
        merger.withFeatures(Feature.REMOVE_TOOLS_DECLARATIONS);
        merger.setPlaceHolderValue("applicationId", "com.example.app");
        MergingReport report = merger.merge();
        if (!report.getResult().isSuccess()) {
            throw new IllegalStateException(report.getReportString());
        }
        return report.getMergedDocument(MergingReport.MergedManifestKind.MERGED);
    }
}
