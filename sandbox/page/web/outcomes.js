// Nothing goes in; what a new task may come to, as the form offers it, comes out.

export const OUTCOMES = {
  Videos: [
    ["video-3", "Video, 3 MB"], ["video-19", "Video, 19 MB"], ["video-30", "Video, 30 MB"], ["video-49", "Video, 49 MB"],
    ["video-51", "Video, 51 MB"], ["video-60", "Video, 60 MB"], ["portrait", "Video, portrait"], ["silent", "Video without sound"],
  ],
  "Odd videos": [
    ["index-last", "Index last"], ["index-last-30", "Index last, 30 MB"], ["mov", "MOV (H.264)"], ["hevc", "HEVC"], ["av1", "AV1"], ["webm", "WebM (VP9)"],
  ],
  Images: [["image", "Image"], ["images-4", "4 images"], ["image-7", "Image, 7 MB"], ["image-12", "Image, 12 MB"]],
  "Bad links": [
    ["dead-once", "Dead link, once"], ["dead", "Dead link"], ["expired", "Expired link"], ["html", "A web page"], ["empty", "Empty file"],
    ["truncated", "Half a video"], ["broken", "Broken video"], ["mislabelled", "A picture called a video"], ["huge", "Announces 10 GB"],
    ["endless", "Never stops"], ["slow", "A byte a second"], ["loop", "Redirect in a circle"], ["inward", "Redirect to a private address"],
  ],
  "Without a file": [
    ["failed", "Failure…"], ["stall", "Stalls at 99 %"], ["no-url", "Finishes without a file"],
  ],
  Progress: [["regress", "Progress goes back"], ["coarse", "Progress in coarse steps"]],
};
